/**
 * `mailrobot resume`: a restored store may send again.
 *
 * A backup knows nothing of what went out after it, so a restored store takes mail and
 * sends none. This lists what would go out, what robots would get, and who would be told of what;
 * with `--yes`, or a yes at the terminal, the rest ends and all of it goes. Else nothing is changed,
 * and it ends with 1.
 */
import { sendKept } from '../jobs/send-kept.ts';
import { inertLine } from '../pages/inert.ts';
import { table } from '../pages/table.ts';
import { ago, columnTime, fullTime, timeHeading } from '../pages/time.ts';
import { hasCome } from '../ticket/age.ts';
import { deskScreen } from './desk-screen.ts';
import { type Desk, openDeskAsItIs } from './open-desk.ts';
import { openMaintenance } from './open-maintenance.ts';
import { isAnsweredYes } from './question.ts';
import { Refused } from './refused.ts';
import type { Run } from './run.ts';
import { eventsWaiting } from './subscriber.ts';

export interface ResumeOptions {
  readonly config: string;
  readonly yes?: boolean;
}

export async function resume({ config, yes }: ResumeOptions, run: Run): Promise<void> {
  const desk = await openDeskAsItIs(config, run);
  await desk.store.catchUp();
  const since = await desk.store.restingSince();
  if (since === null) {
    run.say('Nothing to resume: mail is being sent, and subscribers are told.');
    return;
  }
  process.stdout.write(await whatWouldGoOut(desk, since, run));
  if (yes !== true && !(await isAnsweredYes('Let all of it go?', run))) {
    throw new Refused('nothing has gone out; mailrobot resume --yes lets it go');
  }
  await (await openMaintenance(desk.config, run)).resume();
  await sendRested(desk, run);
}

async function whatWouldGoOut(desk: Desk, restingSince: string, run: Run): Promise<string> {
  const { config, store, log } = desk;
  const at = deskScreen(desk, run);
  const timeOf = columnTime(at);
  const mails: string[][] = [];
  const timed: string[][] = [];
  for (const { ticket, since, notBefore, recipient } of await store.unsent()) {
    const isTimed = notBefore !== undefined && !hasCome(notBefore, run.now());
    const when = isTimed ? timeOf(notBefore) : ago(since, run.now());
    (isTimed ? timed : mails).push([ticket ?? '-', when, inertLine(recipient)]);
  }
  const told: string[][] = [];
  for (const subscriber of config.subscribers) {
    const events = await eventsWaiting(subscriber, config, log);
    told.push([subscriber.name, typeof events === 'number' ? String(events) : events.refused]);
  }
  // What they do may have been done since the backup.
  const runs = (await store.robotRuns()).map(({ run: number, robot, since, from }) => {
    return [String(number), robot, ago(since, run.now()), inertLine(from?.address ?? '-')];
  });
  const counts = ['no mail would go out.', 'one mail would go out:'];
  const count = counts[mails.length] ?? `${mails.length} mails would go out:`;
  return [
    `Restored on ${fullTime(restingSince, at)}; ${count}\n`,
    mails.length === 0 ? '' : table(['TICKET', 'AGE', 'TO'], mails, at),
    timed.length === 0
      ? ''
      : `At their time:\n${table(['TICKET', timeHeading('AT', at), 'TO'], timed, at)}`,
    runs.length === 0
      ? ''
      : `And robots would get these (mailrobot robot skip MAIL leaves one out):\n${table(['MAIL', 'ROBOT', 'AGE', 'FROM'], runs, at)}`,
    told.length === 0 ? '' : `And would be told:\n${table(['SUBSCRIBER', 'EVENTS'], told, at)}`,
  ].join('');
}

async function sendRested({ config, store }: Desk, run: Run): Promise<void> {
  const mails = await store.exclusive((transaction) =>
    transaction.claim('all', Number.POSITIVE_INFINITY),
  );
  // One after the other, however many there are: each is waited for.
  for (const mail of mails) {
    await sendKept([mail], { config, store, mta: config.sendmail, now: run.now });
  }
  const own = new Set(mails.map(({ id }) => id));
  const left = (await store.unsent()).filter(({ id }) => own.has(id));
  const gone = `${mails.length - left.length} of ${mails.length} mails have gone out`;
  run.say(`The store sends again; ${gone}.`);
  const areUnderWay = await Promise.all(left.map((mail) => store.isUnderWay(mail)));
  const underWay = areUnderWay.filter(Boolean).length;
  if (underWay > 0) run.explain(`mailrobot: sendmail still has ${underWay} of them`);
  if (left.length > underWay) run.explain('mailrobot: what sendmail did not take goes out later');
}
