/**
 * Whether a mail is one whose commands are read: in plain text, which could be read whole. Pure.
 */
import type { ParsedMessage } from '../reading/message.ts';

export function hasReadableCommands({
  isHtml,
  foundLines,
  faults,
}: Pick<ParsedMessage, 'isHtml' | 'foundLines' | 'faults'>): boolean {
  return !isHtml && foundLines.length === 0 && faults.length === 0;
}
