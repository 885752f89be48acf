/**
 * One mail to its robot: read once more, given to the program, and ended by what it says.
 *
 * The mail is read as it was when it came. Its files lie in a folder of their own while the robot
 * runs, under a name that nobody can guess, and are removed then.
 */
import { randomBytes } from 'node:crypto';
import { chmodSync, closeSync, mkdirSync, openSync, rmSync, writeSync } from 'node:fs';
import { join } from 'node:path';
import type { RobotConfig } from '../config/robots.ts';
import { htmlReader } from '../intake/html-reader.ts';
import { sendKept } from '../jobs/send-kept.ts';
import type { Mta } from '../journal/outbox.ts';
import type { Incoming } from '../journal/spool.ts';
import { Failure } from '../outcome.ts';
import type { ParsedMessage } from '../reading/message.ts';
import type { ReaderProgram } from '../reading/reader-process.ts';
import type { ConfinedEnd } from '../runtime/confined.ts';
import { scratchFolder } from '../runtime/scratch.ts';
import type { Decision } from '../ticket/decision.ts';
import type { RobotPlan } from '../ticket/robot-plan.ts';
import type { RobotRun } from '../ticket/robot-run.ts';
import type { Ticket } from '../ticket/ticket.ts';
import { documentFor } from './document.ts';
import { type Became, becameOf } from './end.ts';
import { valuesFor } from './environment.ts';
import { type FinishContext, type Finished, finish } from './finish.ts';
import { givenMail } from './given-mail.ts';
import type { RanMail } from './held-run.ts';
import type { StartRobot } from './start.ts';

export interface RunContext extends FinishContext {
  readonly reader: ReaderProgram;
  readonly mta: Mta;
  readonly start: StartRobot;
}

export async function runOne(
  run: RobotRun,
  robot: RobotConfig,
  context: RunContext,
): Promise<Finished['end']> {
  const { store, now, start } = context;
  if ((await store.robotRun(run.run)) === null) return 'gone';
  const { confirms } = run;
  const plan = confirms === undefined ? null : await store.robotPlan(confirms);
  const isOver = confirms !== undefined && plan?.confirmed?.run !== run.run;
  // What was confirmed is done for the mail that asked for it.
  const raw = plan?.raw ?? run.raw;
  const recorded = await store.mailAt(raw);
  if (recorded === null) throw new Failure('store-damaged', `${raw} has no decision`);
  const forMail = plan === null ? run : { ...run, run: plan.run, raw, since: recorded.time };
  if (isOver || plan?.orders !== undefined) {
    // No robot is needed: the desk does it.
    const { messageId } = recorded.decision;
    const output = isOver ? '' : (plan?.orders ?? '');
    const mail = { messageId, text: '', date: run.since };
    return end(run, { type: 'orders', output }, robot, mail, context);
  }
  const folder = scratchFolder('run');
  const incoming = store.receive(folder);
  try {
    const octets = await store.rawMail(forMail.raw);
    const given = await givenMail(forMail, recorded.decision, octets, incoming, context);
    const { message } = given;
    const ticket = run.onTicket === null ? null : await store.ticket(run.onTicket);
    const known = { ...given, robot, start, ticket, plan };
    const became: Became =
      robot.proof !== undefined && run.signed === undefined
        ? NOT_SIGNED
        : becameOf(await execute(known, incoming, folder), run, robot, now());
    const mail = {
      messageId: recorded.decision.messageId,
      text: message.text,
      date: message.date ?? run.since,
    };
    return await end(run, became, robot, mail, context);
  } finally {
    incoming.discard();
    rmSync(folder, { recursive: true, force: true });
  }
}

/** Its row says so since the mail has come. */
const NOT_SIGNED: Became = { type: 'held', why: 'no signature was looked for', said: '' };

async function end(
  run: RobotRun,
  became: Became,
  robot: RobotConfig,
  mail: RanMail,
  context: RunContext,
): Promise<Finished['end']> {
  const { config, store, mta, now } = context;
  const { end: ended, mails } = await finish(run, became, robot, mail, {
    ...{ ...context, htmlOf: htmlReader(context) },
  });
  await sendKept(mails, { config, store, mta, now });
  return ended;
}

export interface Execution {
  readonly run: RobotRun;
  readonly robot: RobotConfig;
  readonly start: StartRobot;
  readonly message: ParsedMessage;
  readonly decision: Decision;
  readonly ticket: Ticket | null;
  /** The one that was confirmed, if it is to be carried out. */
  readonly plan: RobotPlan | null;
}

/** The program alone: nothing follows from it yet. Files of the mail lie in `folder`. */
export function execute(
  { run, robot, start, message, decision, ticket, plan }: Execution,
  incoming: Incoming,
  folder: string,
): Promise<ConfinedEnd> {
  const phase = plan !== null ? 'carry-out' : robot.confirm ? 'plan' : null;
  const given = { run, message, decision, ticket, plan, phase } as const;
  const input =
    robot.input === 'mail'
      ? Buffer.concat([...incoming.chunks()])
      : Buffer.from(
          `${JSON.stringify(documentFor({ ...given, paths: handFiles(message, incoming, folder) }))}\n`,
        );
  return start(robot, { values: valuesFor(run, message, decision, phase), input });
}

/** The outer folder can be entered and not listed, and the inner one has a secret name. */
function handFiles(
  { attachments }: ParsedMessage,
  incoming: Incoming,
  folder: string,
): readonly string[] {
  if (attachments.length === 0) return [];
  chmodSync(folder, 0o711);
  const inner = join(folder, randomBytes(16).toString('hex'));
  mkdirSync(inner);
  chmodSync(inner, 0o755);
  return attachments.map(({ filename }, at) => {
    const extension = /\.([a-z0-9]{1,8})$/i.exec(filename)?.[1]?.toLowerCase() ?? 'bin';
    const path = join(inner, `${at + 1}.${extension}`);
    const fd = openSync(path, 'wx', 0o644);
    try {
      for (const chunk of incoming.attachmentChunks(at + 1)) writeSync(fd, chunk);
    } finally {
      closeSync(fd);
    }
    chmodSync(path, 0o644);
    return path;
  });
}
