/**
 * Mails that a robot writes by itself, to its sender or to others, with what is secret in them:
 * each is in the batch as it is kept, and its whole text beside it, for the outbox alone.
 */
import type { Batch } from '../desk/batch.ts';
import type { Draft } from '../letters/draft.ts';
import { BLANKED, blankedText } from '../ticket/blanked.ts';
import type { RobotRun } from '../ticket/robot-run.ts';
import { kindOf } from './answerable.ts';
import type { BlankOrder, Said, SaidTo } from './said.ts';
import type { Reply } from './sealed-reply.ts';

export class OwnMails {
  readonly #batch: Batch;
  readonly #secretTexts = new Map<number, string>();

  constructor(batch: Batch) {
    this.#batch = batch;
  }

  /** By their places in the batch (`Commit.secretTexts`). */
  get secretTexts(): ReadonlyMap<number, string> {
    return this.#secretTexts;
  }

  /** `messageId`: of the mail that it answers. */
  async reply(
    said: Reply,
    run: RobotRun,
    messageId: string | null,
    blank: BlankOrder | null,
  ): Promise<void> {
    const { answerTo, answerFrom, queue, subject } = run;
    if (answerTo === null) return;
    await this.#add(said, run, {
      ...{ kind: 'transcript', to: answerTo, inReplyTo: messageId, text: said.text },
      references: messageId === null ? [] : [messageId],
      subject: subjectWithout(subject, blank),
      ...{ from: answerFrom, queue, answerTo: null },
      ...(said.sealed !== undefined && { sealed: said.sealed }),
    });
  }

  async mail(said: SaidTo, run: RobotRun): Promise<void> {
    const { answerFrom, queue } = run;
    const { to: address, subject, text } = said;
    const to = { name: '', address };
    await this.#add(said, run, { kind: 'mail', to, subject, text, from: answerFrom, queue });
  }

  async #add(
    { secretText }: Said,
    run: RobotRun,
    draft: Extract<Draft, { readonly kind: 'transcript' | 'mail' }>,
  ): Promise<void> {
    const batch = this.#batch;
    const place = batch.written.mails.length;
    const { address } = draft.to;
    const isBlanked = secretText !== null;
    await batch.add(
      [{ type: 'mail.answered', address, about: kindOf(run, address) }],
      [{ ...draft, ...(isBlanked && { isBlanked }) }],
    );
    if (isBlanked && batch.written.mails.length > place) this.#secretTexts.set(place, secretText);
  }
}

/** It comes from a mail whose subject may hold what is blanked. */
function subjectWithout(subject: string, blank: BlankOrder | null): string {
  if (blank === null) return subject;
  return blank.words === null ? BLANKED : blankedText(subject, blank.words);
}
