/**
 * From a template and values to a text. The one file that knows mustache.
 *
 * Values are set in as they are (it is mail, not HTML) and are never read as a template
 * again. Throws a BadTemplate with one line for what cannot be rendered.
 */
import mustache from 'mustache';
import { BadTemplate } from './bad-template.ts';

type GivenValues = Readonly<Record<string, string | boolean>>;

export function render(template: string, values: GivenValues): string {
  let text: string;
  try {
    text = mustache.render(template, values, {}, { escape: String });
  } catch (error) {
    throw new BadTemplate(error instanceof Error ? error.message : 'cannot be rendered');
  }
  if (text.trim() === '') throw new BadTemplate('gives an empty text');
  return `${text.trimEnd()}\n`;
}

/** A name that stands in a template; `isPartial`: another template is to be put in there. */
interface Used {
  readonly name: string;
  readonly line: number;
  readonly isPartial: boolean;
}

/** Throws a BadTemplate for what mustache does not understand. */
export function valuesIn(template: string): readonly Used[] {
  let [line, from] = [1, 0];
  return parsed(template).map(({ start, ...value }) => {
    for (let end = template.indexOf('\n', from); end >= 0 && end < start; ) {
      line += 1;
      from = end + 1;
      end = template.indexOf('\n', from);
    }
    return { ...value, line };
  });
}

/** Kind, value, where it begins and ends, and of a section what it holds. */
type Tokens = ReturnType<typeof mustache.parse>;

interface Token extends Omit<Used, 'line'> {
  readonly start: number;
}

function parsed(template: string): readonly Token[] {
  try {
    return [...used(mustache.parse(template))];
  } catch (error) {
    throw new BadTemplate(error instanceof Error ? error.message : 'cannot be read');
  }
}

/** In the order in which they stand there. */
function* used(tokens: Tokens): Generator<Token> {
  for (const [kind, name, start, , inner] of tokens) {
    const isSection = kind === '#' || kind === '^';
    if (isSection || kind === 'name' || kind === '&' || kind === '>')
      yield { name, start, isPartial: kind === '>' };
    if (Array.isArray(inner)) yield* used(inner);
  }
}
