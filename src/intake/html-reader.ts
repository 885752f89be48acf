/** Reads the HTML of a message out of its raw mail; what reads it is loaded when one is asked for. */
import type { ShownHtml } from '../html/shown.ts';
import type { Message } from '../ticket/ticket.ts';
import type { Reading } from './message-html.ts';

export function htmlReader(reading: Reading): (message: Message) => Promise<ShownHtml | null> {
  return async (message) => (await import('./message-html.ts')).messageHtml(message, reading);
}
