/**
 * A snippet: a text of the desk's own in a file, for people to answer with; and which of the files
 * of one name is meant for a ticket, by its queue and the language of its customer. Pure.
 *
 *     Attach: vpn-setup.pdf
 *
 *     Dear {{name}},
 */
import type { OwnFile } from '../ticket/letter.ts';
import { isSnippetName } from './mark.ts';

export interface Snippet {
  /** Mustache within Markdown. */
  readonly source: string;
  /** That go along, as they lay there. */
  readonly files: readonly OwnFile[];
}

/** A file that is there, read or not. */
export interface SnippetPlace {
  readonly name: string;
  /** Prefix of the queue that it is for; null for every queue. */
  readonly queue: string | null;
  /** null for every language. */
  readonly language: string | null;
  /** Relative to the folder of the config. */
  readonly path: string;
}

/** What is wrong with something, in words that go on from its path or name. */
interface Problem {
  readonly problem: string;
}

export type ReadSnippet = SnippetPlace & { readonly read: Snippet | Problem };

/** Of some names, all that is there. */
export interface Snippets {
  readonly all: readonly ReadSnippet[];
  /** Folders that cannot be looked into, each with the reason: what they hold is not known. */
  readonly problems: readonly string[];
}

export interface Meant {
  readonly queue: string;
  /** Of the customer, or null. */
  readonly language: string | null;
  readonly queueLanguage: string;
}

/**
 * The one for the queue comes before one for all, and in either the one in the customer's language
 * before one for every language, and that before one in the queue's.
 */
export function snippetMeant(
  name: string,
  { all, problems }: Snippets,
  { queue, language, queueLanguage }: Meant,
): (Snippet & { readonly path: string }) | Problem {
  if (!isSnippetName(name))
    return {
      problem: `"${name}" is no name of a snippet: small letters of a to z, digits and dashes`,
    };
  const [problem] = problems;
  if (problem !== undefined) return { problem: `the folder ${problem}` };
  const named = all.filter((one) => one.name === name);
  const languages = [language ?? queueLanguage, null, queueLanguage];
  const meant = [queue, null]
    .flatMap((of) => languages.map((wanted) => ({ of, wanted })))
    .map(({ of, wanted }) => named.find((one) => one.queue === of && one.language === wanted))
    .find((one) => one !== undefined);
  if (meant !== undefined) {
    const { path, read } = meant;
    return 'problem' in read ? { problem: `the file ${path} ${read.problem}` } : { ...read, path };
  }
  const others = named.filter((one) => one.queue === null || one.queue === queue);
  if (others.length === 0) return { problem: `there is no snippet "${name}"` };
  const there = others.map(({ path }) => path).join(', ');
  const wanted = `in the language of the ticket (${languages[0]})`;
  return { problem: `there is no snippet "${name}" ${wanted} or for every language: ${there}` };
}
