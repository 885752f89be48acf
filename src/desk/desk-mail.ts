/**
 * A mail that one of the staff writes to a ticket: what it orders is done, and what it
 * says is sent to those on the ticket, or kept as a note.
 *
 * All of it or nothing: if a word is wrong, a command needs a better proof, or an action is
 * refused, the mail goes back to its author with the reason. While two machines seem to answer
 * each other, an answer or a note is held. The staff person's address, signature and client stay inside;
 * so do the reply addresses that the staff are given.
 */

import { zoneFor } from '../dates/zone-name.ts';
import type { Intent } from '../decision/intent.ts';
import { colleaguesVerdict, respondersVerdict } from '../decision/responders.ts';
import { personOf } from '../decision/trust.ts';
import { OWN_NUMBER } from '../journal/own-names.ts';
import type { Kept } from '../outcome.ts';
import type { Snippets } from '../snippets/snippet.ts';
import type { AwayPeople } from '../ticket/away.ts';
import type { Change } from '../ticket/change.ts';
import type { Verdict } from '../ticket/decision.ts';
import type { HeldMail } from '../ticket/held.ts';
import type { Action } from './action.ts';
import { whomIn } from './answered.ts';
import type { Batch } from './batch.ts';
import type { WrongLine } from './command-block.ts';
import { holdUntilConfirmed } from './confirm.ts';
import { type Crossed, crossed } from './crossed.ts';
import type { Delivery } from './delivery.ts';
import { holdMail, type ReceivedMail, recordMail } from './incoming.ts';
import { actionsOf, type Naming, type Reading } from './ordered-by-mail.ts';
import { returned } from './returned.ts';
import { writtenText } from './sent-files.ts';
import { sentToStaff } from './sent-to-staff.ts';
import { doneWith, isPlainAlone, notSentWith, toldDone } from './staff-mail.ts';

/** By which a signature is known that ends them all. */
const MAX_EARLIER_ANSWERS = 100;

type Acting = Extract<Intent, { type: 'act' }>;

export async function carryOutMail(
  mail: ReceivedMail,
  intent: Acting,
  {
    batch,
    message,
    staffFiles,
    config,
    now,
    cameBack,
    isTooMuchForStaff,
    isTooMuchToAsk,
    heldMails,
    away,
    snippets,
  }: Reading & {
    /** Those that it names. */
    readonly snippets: Delivery['snippets'];
    readonly now: Date;
    /** It is sent once more as it is, and nothing of it is done. */
    readonly cameBack: boolean;
    readonly heldMails: readonly HeldMail[];
    readonly away: AwayPeople;
    readonly isTooMuchForStaff: (address: string) => boolean;
    readonly isTooMuchToAsk: (address: string) => boolean;
  },
): Promise<Kept> {
  const current = batch.current(intent.ticket);
  const whom = whomIn(current, message, config);
  const { person: author } = intent;
  // Their own mail may be held, and be written once more.
  const ofOthers = heldMails.filter(
    ({ from, by }) => by !== author.name && personOf(from?.address ?? null, [author]) === null,
  );
  const sent = sentToStaff(current, whom, { held: ofOthers, away }, config);
  const earlier = (current?.messages ?? []).flatMap((one) =>
    one.direction === 'out' && one.by === author.name && one.copyOf === undefined ? [one.text] : [],
  );
  const written = writtenText(message, staffFiles, sent, {
    earlier: earlier.slice(-MAX_EARLIER_ANSWERS),
    names: [author.name, mail.from?.name ?? ''],
  });
  const actions = actionsOf(mail, written, intent, {
    ...{ message, staffFiles, config, batch, whom, sent: sent.texts },
    naming: snippets === undefined ? null : await naming(snippets),
  });
  const { doubt, ticket, queue, person } = intent;
  const isWaiting = doubt !== null && !('refused' in actions) && !isHarmless(actions.all, doubt);
  if (isWaiting) {
    const doubted = { queue: queue.prefix, ticket, person, doubt, from: batch.called(ticket) };
    return holdUntilConfirmed(mail, doubted, { batch, isTooMuchToAsk });
  }
  const held = 'refused' in actions ? null : heldFor(actions.all, intent, batch, now);
  if (held !== null) {
    await batch.add(holdMail(mail, { ...held, id: OWN_NUMBER }).changes);
    return 'held';
  }
  const crossing =
    'refused' in actions ? null : crossingOf(mail, actions.all, intent, { batch, config });
  const problems =
    'refused' in actions
      ? actions.refused
      : crossing !== null
        ? [{ line: '', ...crossing, isQuestion: true as const }]
        : await performAll(actions.all, intent, batch, cameBack);
  if (problems.length === 0) {
    const all = 'refused' in actions ? [] : actions.all;
    const notSent = notSentWith(all);
    const zone = zoneFor(config, person.name);
    const done = doneWith(all, batch.ticket(current?.id ?? ticket), zone);
    // Whoever gives a command has proven who they are: no machine goes on with it.
    const isPlain = isPlainAlone(all);
    if (notSent.length + done.length > 0 || isPlain) {
      const [address = ''] = person.addresses;
      const told: Change = { type: 'mail.answered', address, about: 'returned' };
      await batch.add(notSent.length > 0 || isPlain ? [told] : [], [
        toldDone(
          mail,
          { done, notSent, isPlainAlone: isPlain },
          { ...intent, ticket: batch.called(ticket) },
          config.control,
        ),
      ]);
    }
    return 'carried-out';
  }
  const reason = { check: 'returned', evidence: problems[0]?.problem ?? '' };
  const [address = ''] = person.addresses;
  // Nobody reads so many: it waits where the desk looks.
  if (isTooMuchForStaff(address)) {
    const about = { id: OWN_NUMBER, queue: queue.prefix, ticket, reason };
    await batch.add(holdMail(mail, about).changes);
    return 'held';
  }
  const isOpen = isOpenQuestion(problems, mail, intent);
  const { changes } = recordMail(mail, reason, false, isOpen ? intent : null);
  const answered: Change = { type: 'mail.answered', address, about: 'returned' };
  const draft = returned(mail, problems, intent, { batch, also: whom.also, isOpen, cameBack });
  const seen = crossing === null ? [] : [crossing.seen];
  await batch.add([...changes, answered, ...seen], [draft]);
  return 'returned';
}

/** Few answers name a snippet. */
async function naming(snippets: Snippets): Promise<Naming> {
  const { doubtsAboutMarks, placedSnippets } = await import('./placed-snippets.ts');
  return {
    doubts: doubtsAboutMarks,
    place: (words, about) => placedSnippets(words, { ...about, snippets }),
  };
}

/** The word of its author is enough to let it out: it acts once, by its Message-ID. */
function isOpenQuestion(
  problems: readonly WrongLine[],
  { messageId }: ReceivedMail,
  { isMeant }: Acting,
): boolean {
  return (
    isMeant !== true &&
    messageId !== null &&
    problems.every(({ isQuestion }) => isQuestion === true)
  );
}

/** A note stays inside: only a copy of one waits. */
function isHarmless(actions: readonly Action[], { check }: Verdict): boolean {
  return check !== 'copied' && actions.every(({ type }) => type === 'note');
}

/** An answer or a note may be a machine's, and what it answers as well. */
function heldFor(
  actions: readonly Action[],
  { ticket: named, person, isLetIn }: Acting,
  batch: Batch,
  now: Date,
): Omit<HeldMail, 'id' | 'from' | 'date' | 'subject' | 'raw'> | null {
  const ticket = batch.current(named);
  if (ticket === null || isLetIn === true) return null;
  const isAnswer = actions.some(({ type }) => type === 'reply');
  // No machine gives a command.
  const isNote = actions.length > 0 && actions.every(({ type }) => type === 'note');
  const reason = isAnswer
    ? respondersVerdict(ticket, now)
    : isNote
      ? colleaguesVerdict(ticket, person.name, now)
      : null;
  if (reason === null) return null;
  return { queue: ticket.queue, ticket: ticket.id, reason, by: person.name };
}

/** What has come between an answer and the mail that it answers: the author sees it first, once. */
function crossingOf(
  mail: ReceivedMail,
  actions: readonly Action[],
  { ticket: named, person, isLetIn }: Acting,
  { batch, config }: Pick<Reading, 'batch' | 'config'>,
): Crossed | null {
  const ticket = batch.current(named);
  const isAnswer = actions.some(({ type }) => type === 'reply');
  if (ticket === null || !isAnswer || isLetIn === true) return null;
  return crossed(ticket, mail, person.name, config);
}

/** Tried on a copy first: nothing is changed by half. */
async function performAll(
  actions: readonly Action[],
  { ticket, person: { name } }: Acting,
  batch: Batch,
  cameBack: boolean,
): Promise<readonly WrongLine[]> {
  const attempt = batch.copy();
  // It may have been merged since its mail was decided.
  const id = batch.current(ticket)?.id ?? ticket;
  for (const action of actions) {
    const result = await attempt.perform(id, action, name);
    if ('refused' in result) return [{ line: '', problem: result.refused }];
  }
  if (cameBack) {
    return [{ line: '', problem: 'it has come back to you before', isQuestion: true }];
  }
  batch.take(attempt);
  return [];
}
