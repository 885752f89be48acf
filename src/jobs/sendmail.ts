/**
 * Hands one composed mail to the MTA: `sendmail -i -f sender -- recipient`.
 *
 * The mail is its stdin; no shell reads anything of it, and `--` keeps an address from being
 * read as an option. Only exit 0 counts as taken. The null reverse-path is `<>` (sendmail(1)).
 */
import type { HandOver, Outbox, UnsentMail } from '../journal/outbox.ts';

export function handOver(
  mail: UnsentMail,
  {
    store,
    sendmail,
  }: { readonly store: Outbox; readonly sendmail: readonly [string, ...string[]] },
  patienceMs: number,
): Promise<HandOver> {
  const from = mail.sender === '' ? '<>' : mail.sender;
  return store.handOver(mail, [...sendmail, '-i', '-f', from, '--', mail.recipient], patienceMs);
}
