/**
 * What the rules of a queue do to the ticket that a mail has opened there: tags, fields, whose it
 * is, how urgent, and a robot that gets the mail.
 *
 * Each is done as anybody would do it, under the name of its rule. What cannot be done is left
 * out, and stops neither the mail nor the others. Pure but for the batch.
 */
import type { Intent } from '../decision/intent.ts';
import type { Ruled } from '../decision/ruling.ts';
import { mayCommand } from '../decision/trust.ts';
import type { Verdict } from '../ticket/decision.ts';
import type { TicketId } from '../ticket/ticket.ts';
import type { Action } from './action.ts';
import type { Batch } from './batch.ts';
import type { Delivery, DeskContext } from './delivery.ts';
import type { ReceivedMail } from './incoming.ts';
import { queueForRobot } from './to-robot.ts';

interface Opened {
  readonly ticket: TicketId;
  readonly mail: ReceivedMail;
  readonly delivery: Delivery;
  readonly intent: Extract<Intent, { readonly type: 'open' }>;
  /** No robot gets what somebody has passed on, or what may be a copy. */
  readonly mayRun: boolean;
  readonly unanswered: (address: string) => Verdict | null;
}

export async function doAsRuled(
  ruled: Ruled,
  opened: Opened,
  batch: Batch,
  context: DeskContext,
): Promise<void> {
  for (const { action, rule } of actionsOf(ruled)) {
    await batch.perform(opened.ticket, action, `rule ${rule}`);
  }
  if (ruled.run === null || ruled.against !== null || !opened.mayRun) return;
  const { ticket, mail, delivery, intent, unanswered } = opened;
  const { trusted } = delivery.decided;
  const { changes } = queueForRobot(
    mail,
    {
      ...{ type: 'run', robot: ruled.run.to, queue: intent.queue, ticket },
      person: mayCommand(trusted) ? (trusted.staff?.person ?? null) : null,
      ...{ captures: ruled.captures, isFiled: true },
    },
    { decided: delivery.decided, config: context.config, doubt: null, unanswered },
  );
  await batch.add(changes);
}

function actionsOf({
  tags,
  fields,
  assign,
  priority,
}: Ruled): readonly { readonly action: Action; readonly rule: string }[] {
  return [
    ...tags.map(({ tag, rule }) => {
      return { action: { type: 'tag', add: [tag], remove: [] } as const, rule };
    }),
    ...fields.map(({ field, value: words, rule }) => {
      return { action: { type: 'field', field, words } as const, rule };
    }),
    ...(priority === null
      ? []
      : [{ action: { type: 'priority', priority: priority.to } as const, rule: priority.rule }]),
    ...(assign === null
      ? []
      : [{ action: { type: 'assign', to: assign.to } as const, rule: assign.rule }]),
  ];
}
