/**
 * What the patterns of a queue find in a mail: in its subject first, then in what its author wrote.
 *
 * The cost of all of them together has a bound: of a long text, many large patterns look through
 * less. What is found and may not stand in its field is left. Pure.
 */
import type { Field, FoundValue } from '../ticket/field.ts';
import { patternOf } from './pattern.ts';
import { readValue } from './value.ts';

const MAX_SUBJECT_CHARACTERS = 1000;
const MAX_TEXT_CHARACTERS = 16 * 1024;
/** Of all patterns together; about a second of a slow machine. */
export const MAX_STEPS = 10_000_000;

export function foundIn(
  fields: readonly Field[],
  { subject, text }: { readonly subject: string; readonly text: string },
): readonly FoundValue[] {
  const asked = fields.flatMap((field) => {
    const pattern = field.pattern === undefined ? null : patternOf(field.pattern);
    return pattern === null ? [] : [{ field, pattern }];
  });
  const each = MAX_STEPS / Math.max(1, asked.length);
  return asked.flatMap(({ field, pattern: { size, find } }) => {
    const most = Math.floor(each / size);
    for (const searched of [
      beginningOf(subject, Math.min(most, MAX_SUBJECT_CHARACTERS)),
      beginningOf(text, Math.min(most, MAX_TEXT_CHARACTERS)),
    ]) {
      const words = find(searched);
      const read = words === null ? null : readValue(field, words);
      if (read !== null && !('refused' in read)) return [{ field: field.name, value: read.value }];
    }
    return [];
  });
}

/** No number or word is cut in two, and taken for a whole one. */
function beginningOf(text: string, most: number): string {
  if (text.length <= most) return text;
  let end = most;
  while (end > 0 && !isBlank(text.charCodeAt(end))) end -= 1;
  return text.slice(0, end);
}

function isBlank(code: number): boolean {
  return code === 0x20 || (code >= 0x09 && code <= 0x0d);
}
