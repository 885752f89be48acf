/**
 * Hands one composed mail to the MTA: `sendmail -i -f sender -- recipient`, or by SMTP.
 *
 * The mail is the stdin of sendmail; no shell reads anything of it, and `--` keeps an address from
 * being read as an option. Only exit 0 counts as taken. The null reverse-path is `<>`
 * (sendmail(1)).
 */
import type { HandOver, Mta, Outbox, UnsentMail } from '../journal/outbox.ts';

export function handOver(
  mail: UnsentMail,
  { store, mta }: { readonly store: Outbox; readonly mta: Mta },
  patienceMs: number,
): Promise<HandOver> {
  if (typeof mta === 'function') return store.handOver(mail, mta, patienceMs);
  const from = mail.sender === '' ? '<>' : mail.sender;
  return store.handOver(mail, [...mta, '-i', '-f', from, '--', mail.recipient], patienceMs);
}
