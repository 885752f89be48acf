/**
 * One more copy of a mail that came before: what is committed of it, if anything is.
 *
 * copies.ts judges. What is committed names the earlier commit; if the mail was held, it is
 * held no more. What a copy of a message of a ticket still does says copy-of-message.ts. A mail of the
 * staff that came back once and is sent once more comes back again, also if only its Message-ID is
 * the same.
 */

import type { Config } from '../config/config.ts';
import { fateOf, highest, isAtLeast, type Judgement, judge } from '../decision/copies.ts';
import { personOf } from '../decision/trust.ts';
import { type Outcome, outcomeOf } from '../desk/act.ts';
import type { Delivery, DeskContext } from '../desk/delivery.ts';
import type { Copy, Delivered, RecordedMail } from '../journal/ledger.ts';
import { OWN_PATHS } from '../journal/own-names.ts';
import type { Change } from '../ticket/change.ts';
import type { Decision, Fate } from '../ticket/decision.ts';
import { sameAddress } from '../ticket/ticket.ts';
import type { Gathering, Known } from './copy-of-message.ts';

export interface Earlier {
  readonly copies: readonly Copy[];
  /** Under which the MTA has this one; null if it is not known. */
  readonly queueId: string | null;
}

/**
 * The earlier delivery of a mail that would open a ticket, if its mail is in one already and nothing
 * comes of this copy: known before it is carried out, which nothing else can come of.
 */
export function openedBefore(
  delivery: Delivery,
  { copies, queueId }: Earlier,
  config: Config,
): Delivered | null {
  if (!mustOpen(delivery, config)) return null;
  const earlier = earlierOf(copies, delivery);
  const isSame = judged(delivery, 'ticket', { earlier, queueId, config }) === 'duplicate';
  return isSame ? (highest(earlier) ?? null) : null;
}

/** `first`: what it would do if it were the only one. Gives the earlier delivery if it changes nothing. */
export async function oneMore(
  delivery: Delivery,
  { copies, queueId }: Earlier,
  first: Outcome,
  deskContext: DeskContext,
  gathering: Gathering,
): Promise<Outcome | { readonly twin: Delivered }> {
  const { decision, intent } = delivery.decided;
  const { config } = deskContext;
  const earlier = earlierOf(copies, delivery);
  const fate = fateOf({ decision, changes: first.written.changes, raw: OWN_PATHS.rawIn });
  const judgement = judged(delivery, fate, { earlier, queueId, config });
  const known = highest(earlier);
  if (judgement === 'prove' && known !== undefined) {
    const { prove } = await import('./copy-of-message.ts');
    const proven = await prove(delivery, earlier, first, deskContext, gathering);
    return proven ?? { twin: known };
  }
  if (known !== undefined && judgement === 'duplicate') {
    if (intent.type !== 'append') return { twin: known };
    const { doneBeside } = await import('./copy-of-message.ts');
    const more = await doneBeside(delivery, earlier, first, deskContext, gathering);
    return more ?? { twin: known };
  }
  const isOrder = fate === 'returned' || fate === 'done';
  const returned = isOrder ? await earlierReturn(delivery, earlier, gathering) : undefined;
  const outcome =
    returned === undefined ? first : await outcomeOf({ ...delivery, cameBack: true }, deskContext);
  const link = returned ?? known;
  if (link === undefined) return first;
  const changes: readonly Change[] = [
    { type: 'mail.again', earlier: link.seq, was: link.fate },
    ...(fate === 'recorded' ? [] : heldNoMore(earlier, decision.trust)),
    ...outcome.written.changes,
  ];
  return { ...outcome, written: { ...outcome.written, changes } };
}

function earlierOf(copies: readonly Copy[], delivery: Delivery): readonly Known<Copy>[] {
  return copies.filter((copy) => isOfSameAuthor(copy, delivery)).map(withFate);
}

/** What has a mark may be too much, what repeats a monitor's mail opens none, and rules do more. */
function mustOpen({ decided: { intent }, passedOn }: Delivery, { collapse }: Config): boolean {
  if (intent.type !== 'open' || intent.isMarked === true || passedOn !== null) return false;
  return collapse.length === 0 && intent.ruled === undefined && intent.begun === undefined;
}

function judged(
  { decided: { decision, from } }: Delivery,
  fate: Fate,
  {
    earlier,
    queueId,
    config,
  }: Pick<Earlier, 'queueId'> & {
    readonly earlier: readonly Known<Copy>[];
    readonly config: Config;
  },
): Judgement {
  const isOfStaff = personOf(from?.address ?? null, config.staff) !== null;
  const known = { trust: decision.trust, proof: proofOf(decision), isMarked: isMarked(decision) };
  return judge({ fate, queueId, isOfStaff, ...known }, earlier);
}

function withFate<T extends RecordedMail>(mail: T): Known<T> {
  const { decision } = mail;
  return {
    ...mail,
    fate: fateOf(mail),
    trust: decision.trust,
    proof: proofOf(decision),
    isMarked: isMarked(decision),
  };
}

/** The evidence behind the colon may differ from copy to copy. */
function proofOf({ login, why }: Decision): string {
  return login === null ? (why.split(':', 1)[0] ?? '') : `login ${login}`;
}

/** Older ones do not say who wrote them. */
function isMarked({ wrote = 'person' }: Decision): boolean {
  return wrote !== 'person';
}

/** Where no field names the author, the envelope does: then it is content. */
function isOfSameAuthor(copy: Copy, { message, decided }: Delivery): boolean {
  if (message.from !== null) return true;
  return sameAddress(copy.decision.sender ?? '', decided.decision.sender ?? '');
}

/** Each is a line to look for in the journal, and a stranger can name as many alike as they like. */
const MAX_NAMED_MAILS = 20;

/** For the same ticket, to the same person, known in the same way. */
async function earlierReturn(
  { decided: { decision } }: Delivery,
  copies: readonly Known<Copy>[],
  { transaction }: Gathering,
): Promise<Known<RecordedMail> | undefined> {
  const { messageId, route } = decision;
  const proof = proofOf(decision);
  const named =
    messageId === null
      ? []
      : (await transaction.store.mailsNamed(messageId, MAX_NAMED_MAILS)).map(withFate);
  return [...named, ...copies].findLast(
    (mail) => mail.fate === 'returned' && mail.proof === proof && mail.decision.route === route,
  );
}

/** What proves less takes no mail away that waits for a person. */
function heldNoMore(copies: readonly Known<Copy>[], by: Decision['trust']): readonly Change[] {
  return copies.flatMap(({ isHeld, seq, trust }) =>
    isHeld && isAtLeast(by, trust)
      ? [{ type: 'mail.released', held: seq, by: 'a later copy of it' } as const]
      : [],
  );
}
