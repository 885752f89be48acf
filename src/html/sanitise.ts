/**
 * HTML of others, made safe to show: an allow list over what a browser would read (allow.ts), in
 * one form (tidy.ts). Of the result once more the same octets come, and a browser reads it as it is
 * written: there is nothing in it that it would move, so no structure comes out of it that was not
 * looked at (mutation XSS). All words of the body stay, but for what no browser shows as words:
 * no style is left that could hide one. Pure; time by the length, the depth is bounded.
 */
import { allowed, type FoundPicture, type Shown } from './allow.ts';
import { MAX_HTML_CHARACTERS, MAX_NODES, parsedHtml } from './parse.ts';
import { leastLength, writtenWithin } from './serialise.ts';
import { type ShownTargets, withTargets } from './targets.ts';
import { tidy } from './tidy.ts';
import { type HtmlTree, isBlock } from './tree.ts';
import { linesOf } from './words.ts';

export interface Fragment {
  /** What stands in a body. Empty if nothing of it is to be seen. */
  readonly html: string;
  /** Content-IDs of the pictures that it shows, each once. */
  readonly pictures: readonly string[];
}

type Targets = ShownTargets | 'unseen' | 'written';

const SAID_LINKS: Readonly<Record<Targets, 'none' | 'unseen' | 'all'>> = {
  ...{ none: 'none', other: 'none', all: 'none', unseen: 'unseen', written: 'all' },
};

export interface SanitiseOptions {
  /**
   * Which links show their target: by default those whose words are another address. `unseen`: all,
   * and one without a word is written out; `written`: and so is one that may not go out as a link.
   */
  readonly targets?: Targets;
  /** What stands for a picture; by default a picture by `cid:` itself, else its words in brackets. */
  readonly picture?: (found: FoundPicture) => Shown;
  /** What would be written with more is too large: by default, what could not be read once more. */
  readonly most?: number;
}

/** null: it is too large, too deep or too wide. Characters, not octets: decoded before. */
export function sanitise(html: string, options: SanitiseOptions = {}): Fragment | null {
  const tree = safeTree(html, options);
  return tree === null ? null : fragmentOf(tree, options.most);
}

/** What a reader of it reads, link targets and rows included. */
export function wordsOf({ html }: Pick<Fragment, 'html'>): string {
  return linesOf(safeTree(html) ?? []).join('\n');
}

export function safeTree(
  html: string,
  { targets = 'other', picture = asItIs, most = MAX_HTML_CHARACTERS }: SanitiseOptions = {},
): HtmlTree | null {
  const nodes = parsedHtml(html);
  if (nodes === null) return null;
  const tree = tidy(allowed(nodes, { picture, saysLinks: SAID_LINKS[targets] }));
  return leastLength(tree) > most
    ? null
    : withTargets(tree, targets === 'written' || targets === 'unseen' ? 'all' : targets);
}

/** null: it would be too large. */
function fragmentOf(tree: HtmlTree, most = MAX_HTML_CHARACTERS): Fragment | null {
  if (depthOf(tree) > MAX_DEPTH) return null;
  const html = writtenWithin(tree, most);
  if (html === null || html.split('<').length > MAX_NODES) return null;
  return { html, pictures: [...new Set(picturesIn(tree))] };
}

/** Of blocks: with what stands in them it is read again. */
const MAX_DEPTH = 250;

function depthOf(nodes: HtmlTree): number {
  return nodes.reduce(
    (depth, node) => (isBlock(node) ? Math.max(depth, 1 + depthOf(node.children)) : depth),
    0,
  );
}

function picturesIn(nodes: HtmlTree): readonly string[] {
  return nodes.flatMap((node) =>
    isBlock(node) ? picturesIn(node.children) : node.kind === 'picture' ? [node.id] : [],
  );
}

/** By its Content-ID (RFC 2392), or as its words. */
function asItIs({ source, alt }: FoundPicture): Shown {
  const id = contentIdOf(source);
  return id === null ? { words: wordsOfPicture(alt) } : { id };
}

/** What a `cid:` names; null for every other source. */
export function contentIdOf(source: string): string | null {
  if (!/^cid:/i.test(source)) return null;
  const id = decoded(source.slice('cid:'.length)).trim();
  return /^[!#-;=?-~]{1,200}$/.test(id) ? id : null;
}

function decoded(id: string): string {
  try {
    return decodeURIComponent(id);
  } catch {
    return id;
  }
}

/** An emoji stands for itself. A picture that says nothing is for the layout, or counts readers. */
export function wordsOfPicture(alt: string): string {
  if (alt === '') return '';
  const isEmoji = /^[\p{Extended_Pictographic}\p{Emoji_Component}]+$/u.test(alt) && !/\d/.test(alt);
  return isEmoji ? alt : `[${alt}]`;
}
