/**
 * Looks at an answer whose time has come before it is handed over: what a new answer would not reach
 * is taken back (desk/let-go.ts), as by an undo of its author.
 */
import type { Config } from '../config/config.ts';
import { Batch } from '../desk/batch.ts';
import { letGo, whyLetGo } from '../desk/let-go.ts';
import { wholeAnswer } from '../desk/taken-back.ts';
import { NO_QUESTIONS, type Questions } from '../journal/facts.ts';
import type { UnsentMail } from '../journal/outbox.ts';
import type { Store } from '../journal/store.ts';
import { filesIn } from '../letters/written-draft.ts';
import type { TicketId } from '../ticket/ticket.ts';
import { withholding } from './withhold.ts';

interface LettingGo {
  readonly config: Config;
  readonly store: Store;
  readonly now: () => Date;
}

export interface LetGo {
  /** It does not go. */
  readonly stays: boolean;
  /** What its author is told. */
  readonly mails: readonly UnsentMail[];
}

const GOES: LetGo = { stays: false, mails: [] };

export async function look(mail: UnsentMail, desk: LettingGo): Promise<LetGo> {
  const { ticket: id, serial } = mail;
  const of = id === null ? null : await desk.store.ticket(id);
  if (of === null) return GOES;
  const all = wholeAnswer(of, serial);
  const asked: Questions = {
    ...{ ...NO_QUESTIONS, tickets: [of.id] },
    addresses: all.map(({ to: [{ address }] }) => address),
  };
  // Nearly always all of them are reached: nothing is claimed then.
  const facts = await desk.store.facts(asked);
  if (all.every((message) => whyLetGo(message, of, facts) === null)) return GOES;
  return withholding([of.id], desk.store, (withheld) =>
    takeBack(of.id, mail, { asked, withheld }, desk),
  );
}

interface Grounds {
  readonly asked: Questions;
  readonly withheld: readonly UnsentMail[];
}

function takeBack(
  id: TicketId,
  mail: UnsentMail,
  { asked, withheld }: Grounds,
  { config, store, now }: LettingGo,
): Promise<LetGo> {
  return store.transact(async (transaction) => {
    const facts = await transaction.facts(asked);
    const of = facts.tickets.get(id) ?? null;
    const { staff, control } = config;
    const { tickets, addresses } = facts;
    const result =
      of === null
        ? null
        : letGo(of, mail.serial, { staff, control, tickets, addresses, now: now(), withheld });
    if (result === null) return GOES;
    const batch = new Batch({ config, now: now(), facts, files: filesIn(transaction.store) });
    await batch.add(result.changes, result.drafts);
    const { changes, mails: outgoing } = batch.written;
    const mails = await transaction.commit({ changes, outgoing });
    const stays = changes.some(
      (change) => change.type === 'reply.undone' && change.mail === mail.id,
    );
    return { stays, mails };
  });
}
