/**
 * Mails that have acted for somebody: once for each Message-ID, and what was signed once for its
 * key. Nothing is taken out, so that a signed text never counts again.
 */
import { ERASED } from '../../ticket/erased.ts';
import { indexed, ticketOfMail } from './index-row.ts';

export const acts = indexed((record) => {
  const { actor, messageId } = record.delivery?.decision ?? {};
  const signed = record.changes.flatMap((change) =>
    change.type === 'robot.queued' && change.signed !== undefined
      ? [[actName(change.signed.fingerprint, change.signed.sum), null] as const]
      : [],
  );
  if (actor === undefined || typeof messageId !== 'string' || messageId === ERASED) return signed;
  return [[actName(actor, messageId), ticketOfMail(record)], ...signed];
});

export function actName(actor: string, messageId: string): string {
  return JSON.stringify([actor, messageId]);
}
