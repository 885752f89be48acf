/**
 * What somebody has written beside the number by which they rate a ticket: neither a signature nor
 * a line of their client, also if nothing else stands in the mail. Pure.
 */
import { newText, type ParsedMessage } from '../reading/message.ts';
import { isSlogan } from '../reading/quotes/client-lines.ts';
import { clientLines } from '../reading/quotes/words.ts';

export function wordsBeside(mail: Pick<ParsedMessage, 'text' | 'newLines'>): string {
  const lines = newText(mail).split('\n');
  const end = lines.findIndex((line) => line.trim() === '--');
  const above = end < 0 ? lines : lines.slice(0, end);
  // Nothing but signatures is never so long, and each line is compared with many.
  const filled = above.filter((line) => line.trim() !== '').slice(0, MAX_COMPARED_LINES + 1);
  if (filled.length > MAX_COMPARED_LINES) return above.join('\n').trim();
  const known = clientLines();
  return filled
    .filter((line) => !isOfClient(line.trim(), known))
    .join('\n')
    .trim();
}

const MAX_COMPARED_LINES = 50;
const MAX_CLIENT_LINE = 100;

function isOfClient(line: string, known: readonly RegExp[]): boolean {
  if (line.length > MAX_CLIENT_LINE) return false;
  return isSlogan(line) || known.some((one) => one.test(line.toLowerCase()));
}
