/**
 * Whom of the staff a note calls by `@name`, in any case; not in a quoted line, and not in an
 * address. Pure.
 */
import type { StaffMember } from '../config/config.ts';

const PART_OF_A_WORD = /[\p{L}\p{N}._+-]/u;

export function namesCalled(text: string, staff: readonly StaffMember[]): readonly string[] {
  const lines = text
    .toLowerCase()
    .split('\n')
    .filter((line) => !line.trimStart().startsWith('>'));
  return staff
    .map(({ name }) => name)
    .filter((name) => lines.some((line) => calls(line, `@${name.toLowerCase()}`)));
}

function calls(line: string, call: string): boolean {
  for (let at = line.indexOf(call); at >= 0; at = line.indexOf(call, at + 1)) {
    const before = line.charAt(at - 1);
    const after = line.slice(at + call.length);
    // A name may end a sentence: "ask @kim."
    const goesOn = /^(?:[\p{L}\p{N}_@]|[.+-][\p{L}\p{N}])/u.test(after);
    if (!PART_OF_A_WORD.test(before) && !goesOn) return true;
  }
  return false;
}
