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
  return above
    .filter((line) => !isOfClient(line.trim()))
    .join('\n')
    .trim();
}

const MAX_CLIENT_LINE = 100;

function isOfClient(line: string): boolean {
  if (line === '' || line.length > MAX_CLIENT_LINE) return false;
  return isSlogan(line) || clientLines().some((known) => known.test(line.toLowerCase()));
}
