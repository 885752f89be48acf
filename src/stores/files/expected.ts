/**
 * What the derived files must hold, folded from the whole journal.
 *
 * For fsck: nothing here looks at a derived file. Memory grows with the number
 * of tickets. Pure but for reading the journal.
 */

import { type JournalRecord, numbersAfter, placesFor } from '../../journal/record.ts';
import type { WaitingMail } from '../../journal/store.ts';
import { Failure } from '../../outcome.ts';
import { type Change, goesAgain, isFate, ticketsOf } from '../../ticket/change.ts';
import { type FailedAddress, isAddressChange, knownAfter } from '../../ticket/failing.ts';
import type { HeldMail } from '../../ticket/held.ts';
import { type OutgoingMail, placeOf, sizeOfMail } from '../../ticket/mail.ts';
import type { Attachment, Ticket, TicketId } from '../../ticket/ticket.ts';
import {
  actedKeys,
  copyKey,
  indexKeys,
  isCreation,
  keptMails,
  originKey,
  receivedFiles,
  ticketAfter,
  waitingMails,
} from './derived.ts';
import { expiringBy } from './expiring.ts';
import type { Journal } from './journal.ts';
import { NO_NOTICES, type NoticesAt, noticesAfter } from './notices.ts';

export interface ExpectedRaw {
  readonly size: number;
  /** SHA-256 in hex of mail that came in, or the mail that went out. */
  readonly is: { readonly sha256: string } | { readonly mail: OutgoingMail };
}

export interface Expected {
  readonly seq: number;
  readonly numbers: Readonly<Record<string, number>>;
  readonly tickets: ReadonlyMap<TicketId, { readonly seq: number; readonly ticket: Ticket }>;
  readonly raw: ReadonlyMap<string, ExpectedRaw>;
  readonly attachments: readonly Attachment[];
  readonly deliveries: readonly { readonly key: string; readonly seq: number }[];
  readonly origins: readonly { readonly key: string; readonly seq: number }[];
  readonly acts: readonly { readonly key: string; readonly seq: number }[];
  readonly messages: readonly { readonly id: string; readonly seq: number }[];
  readonly outbox: ReadonlyMap<string, WaitingMail>;
  readonly held: ReadonlyMap<number, HeldMail>;
  /** By address in lower case. */
  readonly failed: ReadonlyMap<string, FailedAddress>;
  readonly notices: NoticesAt;
  /** Numbers of the commits whose raw mail will be removed. */
  readonly expiring: ReadonlySet<number>;
}

export function expectedOf(journal: Journal): Expected {
  const tickets = new Map<TicketId, { seq: number; ticket: Ticket }>();
  const raw = new Map<string, ExpectedRaw>();
  const attachments: Attachment[] = [];
  const deliveries: { key: string; seq: number }[] = [];
  const origins: { key: string; seq: number }[] = [];
  const acts: { key: string; seq: number }[] = [];
  const messages: { id: string; seq: number }[] = [];
  const outbox = new Map<string, WaitingMail>();
  const held = new Map<number, HeldMail>();
  const failed = new Map<string, FailedAddress>();
  const expiring = new Set<number>();
  let notices = NO_NOTICES;
  let seq = 0;
  let numbers: Readonly<Record<string, number>> = {};
  for (const { record } of journal.read(journal.start())) {
    if (record.seq !== seq + 1) {
      throw new Failure('store-damaged', `journal: ${seq} is followed by ${record.seq}`);
    }
    seq = record.seq;
    numbers = numbersAfter(numbers, record);
    expectRaw(record, raw);
    expectFailed(record, failed);
    notices = noticesAfter(notices, record);
    for (const mail of expiringBy(record.changes, seq)) expiring.add(mail);
    for (const mail of expiredBy(record.changes)) {
      expiring.delete(mail);
      raw.delete(placesFor(mail).rawIn);
    }
    for (const key of record.delivery === undefined ? [] : indexKeys(record.delivery)) {
      deliveries.push({ key, seq });
    }
    for (const key of actedKeys(record.delivery)) acts.push({ key, seq });
    attachments.push(...receivedFiles(record));
    for (const key of originKeys(record)) origins.push({ key, seq });
    for (const mail of waitingMails(record)) outbox.set(mail.id, mail);
    for (const change of record.changes) {
      if (isFate(change)) {
        const mail = outbox.get(change.mail);
        outbox.delete(change.mail);
        if (mail !== undefined && goesAgain(change)) {
          outbox.set(mail.id, { ...mail, repeated: true });
        }
      }
      if (change.type === 'mail.held') held.set(change.mail.id, change.mail);
      if (change.type === 'mail.released' || change.type === 'mail.discarded') {
        held.delete(change.held);
      }
      if (change.type === 'message.added') {
        const id = change.message.messageId;
        if (id !== null) messages.push({ id, seq });
      }
    }
    for (const id of ticketsOf(record.changes)) {
      const before = tickets.get(id)?.ticket ?? null;
      tickets.set(id, { seq, ticket: ticketAfter(before, id, record) });
    }
  }
  return {
    seq,
    numbers,
    tickets,
    raw,
    attachments,
    deliveries,
    origins,
    acts,
    messages,
    outbox,
    held,
    failed,
    notices,
    expiring,
  };
}

function expectFailed({ time, changes }: JournalRecord, failed: Map<string, FailedAddress>): void {
  for (const change of changes) {
    if (!isAddressChange(change)) continue;
    const address = change.address.toLowerCase();
    const after = knownAfter(failed.get(address) ?? null, change, time);
    if (after === null) failed.delete(address);
    else failed.set(address, after);
  }
}

function originKeys({ origin, changes }: JournalRecord): readonly string[] {
  if (origin === undefined) return [];
  const copy = isCreation(changes) ? copyKey(origin) : null;
  return [originKey(origin), ...(copy === null ? [] : [copy])];
}

function expiredBy(changes: readonly Change[]): readonly number[] {
  return changes.flatMap((change) => (change.type === 'mail.expired' ? change.mails : []));
}

function expectRaw(
  { seq, delivery, outgoing }: JournalRecord,
  raw: Map<string, ExpectedRaw>,
): void {
  const places = placesFor(seq);
  if (delivery !== undefined) {
    raw.set(places.rawIn, { size: delivery.size, is: { sha256: delivery.sha256 } });
  }
  for (const mail of keptMails(outgoing)) {
    raw.set(places.rawOut(placeOf(mail)), { size: sizeOfMail(mail), is: { mail } });
  }
}
