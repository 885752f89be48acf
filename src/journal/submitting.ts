/**
 * Hands a mail over by SMTP, with whatever claim a store has: an attempt begins when the MTA wants
 * the octets, or has rejected the mail without them. Until then nobody has begun it.
 */
import type { Submitted } from '../ticket/submitted.ts';
import { handOverBySmtp } from './hand-over.ts';
import type { HandOver, Octets, Submit, UnsentMail } from './outbox.ts';

/** One that has begun: nobody else makes one of the same mail. */
export interface OwnAttempt {
  /** From the beginning, each time. */
  octets(): Octets;
  /** Writes down how it ended, and gives that. */
  end(submitted: Submitted): HandOver | Promise<HandOver>;
}

/** `begin` gives null if somebody else has the mail, or it has gone. */
export async function submitted(
  { sender, recipient }: UnsentMail,
  size: number,
  submit: Submit,
  begin: () => Promise<OwnAttempt | null>,
): Promise<HandOver> {
  let attempt: Promise<OwnAttempt | null> | null = null;
  const how = await submit({ sender, recipient, size }, async () => {
    attempt ??= begin();
    return (await attempt)?.octets() ?? null;
  });
  // What a closure assigns is not seen here.
  const beginning = attempt as Promise<OwnAttempt | null> | null;
  if (beginning === null && how.end !== 'rejected') return handOverBySmtp(how);
  const own = await (beginning ?? begin());
  return own === null ? { end: 'under way' } : own.end(how);
}
