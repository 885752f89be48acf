/** Mails that have acted for somebody: once for each Message-ID. */
import { ERASED } from '../../ticket/erased.ts';
import { indexed, ticketOfMail } from './index-row.ts';

export const acts = indexed((record) => {
  const { actor, messageId } = record.delivery?.decision ?? {};
  if (actor === undefined || typeof messageId !== 'string' || messageId === ERASED) return [];
  return [[actName(actor, messageId), ticketOfMail(record)]];
});

export function actName(actor: string, messageId: string): string {
  return JSON.stringify([actor, messageId]);
}
