/**
 * The answer of whoever was told what a robot would do: a mail that confirms it waits for the
 * robot, which carries it out, and ends the plan in the same commit (robots/finish.ts). A wrong
 * number is counted. Whoever it helps nothing is told so, as often as the caps let them be. Pure.
 */
import type { Intent } from '../decision/intent.ts';
import type { TranscriptDraft } from '../letters/draft.ts';
import type { Kept } from '../outcome.ts';
import type { Change } from '../ticket/change.ts';
import type { Verdict } from '../ticket/decision.ts';
import { MAX_WRONG_NUMBERS, type RobotPlan } from '../ticket/robot-plan.ts';
import type { Batch } from './batch.ts';
import { type ReceivedMail, recordMail } from './incoming.ts';
import { CLAIMED } from './to-robot.ts';

interface Desk {
  readonly batch: Batch;
  /** Why that address gets no answer; else it is counted. */
  readonly silence: (address: string) => Verdict | null;
}

export async function answerPlan(
  mail: ReceivedMail,
  { plan, run, says, queue, to }: Extract<Intent, { type: 'plan' }>,
  { batch, silence }: Desk,
): Promise<Kept> {
  if (says === 'confirmed' && plan !== null) {
    await batch.add([confirmedBy(mail, plan)]);
    return 'queued';
  }
  const isWrong = says === 'wrong' && plan !== null;
  const evidence = isWrong
    ? `not the number of the plan for mail ${run}`
    : `nothing waits for a word about the plan for mail ${run}`;
  const changes: Change[] = [
    ...recordMail(mail, { check: 'confirmation', evidence }, true).changes,
  ];
  if (isWrong) changes.push({ type: 'robot.doubted', run, robot: plan.robot });
  if (silence(to) !== null) {
    await batch.add(changes);
    return 'recorded';
  }
  const left = isWrong ? MAX_WRONG_NUMBERS - plan.doubts.length - 1 : 0;
  const reply: TranscriptDraft = {
    ...{ kind: 'transcript', to: { name: '', address: to }, subject: mail.subject },
    inReplyTo: mail.messageId,
    references: mail.messageId === null ? [] : [mail.messageId],
    text: `${(isWrong ? wrongNumber(left) : NOTHING_WAITS).join('\n')}\n`,
    ...{ from: queue.address, queue: queue.prefix, answerTo: null },
  };
  const answered = { type: 'mail.answered', address: to, about: 'robot' } as const;
  await batch.add([...changes, answered], [reply]);
  return 'answered';
}

function confirmedBy(mail: ReceivedMail, plan: RobotPlan): Change {
  const { robot, queue, from, subject, trust, onTicket, answerTo, answerFrom, silence } = plan;
  const { signed, captures, isFiled } = plan;
  return {
    ...{ type: 'robot.queued', robot, raw: mail.raw, queue, from, subject, trust, onTicket },
    ...{ answerTo, answerFrom, confirms: plan.run },
    ...(signed !== undefined && { signed }),
    ...(captures !== undefined && { captures }),
    ...(isFiled && { isFiled }),
    // Whoever knows the number has read what was sent there.
    silence: silence?.check === CLAIMED.check ? null : silence,
  };
}

function wrongNumber(left: number): readonly string[] {
  return [
    'Nothing was done: that is not the number in the mail that asked you to confirm.',
    left > 0
      ? `Answer that mail once more; ${left === 1 ? 'one more try is' : `${left} more tries are`} left.`
      : 'It cannot be confirmed any more. If you want it done, write your request again.',
  ];
}

const NOTHING_WAITS = [
  'Nothing was done by this mail: what you confirm has been dealt with before, or can be confirmed',
  'no longer. If it was not done and you still want it, write your request again.',
];
