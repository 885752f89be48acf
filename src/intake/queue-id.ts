/**
 * Under which name our own MTA has a mail in its queue.
 *
 * It stands in the topmost Received (RFC 5321 4.4), which the MTA has written last and
 * nobody outside can: `by HOST (Postfix) with ESMTP id QUEUEID`. The last `by` counts, outside
 * of comments and quoted words, since a client's HELO stands before it. Empty if
 * there is none. Pure.
 */
import { withoutComments } from '../reading/parameters.ts';

const FIELD_READ = 4096;

/** `fields` as they stand in the header, from its top. */
export function queueIdOf(fields: readonly string[]): string {
  const received = fields.find((field) => /^received[ \t]*:/i.test(field));
  if (received === undefined) return '';
  const words = withoutComments(received.slice(0, FIELD_READ)).replace(/"[^"]*"/g, '""');
  const by =
    words
      .split(/\sby\s/i)
      .slice(1)
      .at(-1) ?? '';
  return /\sid\s+([^\s;()<>"]+)/i.exec(by)?.[1] ?? '';
}
