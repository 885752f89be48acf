/**
 * A robot that is tried: it is run on a mail as it would be, and what it says is shown and not
 * carried out. For `run NAME --dry-run` and `--test`.
 *
 * It runs as its user here, too, so root has to ask for it, unless it runs as the owner. Its memory
 * is another one, which is empty at first.
 */
import { chmodSync, existsSync, mkdtempSync, readdirSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { type Config, folderOf, ticketNames } from '../config/config.ts';
import { OWNER, type RobotConfig, robotNamed } from '../config/robots.ts';
import { sourceOf } from '../feed/feed.ts';
import type { Rehearse } from '../intake/preview.ts';
import type { Incoming } from '../journal/spool.ts';
import { Failure } from '../outcome.ts';
import { becameOf } from '../robots/end.ts';
import { givenMail } from '../robots/given-mail.ts';
import { forgetMemory } from '../robots/memory.ts';
import { rehearse } from '../robots/rehearse.ts';
import { execute } from '../robots/run-one.ts';
import { type StartRobot, starterHere } from '../robots/start.ts';
import { starterApart } from '../robots/start-apart.ts';
import { closeInherited } from '../runtime/confined.ts';
import { mayChangeUser } from '../runtime/rights.ts';
import { ownerOf } from '../stores/files/open.ts';
import type { Delivery } from './open-delivery.ts';
import { asOwnerWithRight, isStarter, takeStarter, withoutRight } from './robot-starter.ts';
import { userFor, whyNotAs } from './robot-users.ts';

/**
 * Root goes on as the owner of the store, with the right to start robots, and that one by a child
 * without it; null if this is the process that tries it.
 */
export async function elsewhere(
  config: Config,
  name: string,
  args: readonly string[],
): Promise<number | null> {
  const { uid, gid } = ownerOf(folderOf(config.store));
  if (process.geteuid?.() === 0 && uid !== 0) return asOwnerWithRight({ uid, gid }, args);
  const robot = robotNamed(name, config);
  if (!isStarter() || robot.user === OWNER) return null;
  const scratch = mkdtempSync(join(tmpdir(), 'mailrobot-dry-'));
  closeInherited();
  try {
    return await withoutRight(config, args, memoriesOf(scratch));
  } finally {
    endRehearsal(robot, config, scratch);
  }
}

export interface Rehearsal {
  /** A folder of its own. */
  readonly scratch: string;
  readonly start: StartRobot;
  readonly end: () => void;
}

/** Once for all mails that it is tried with. */
export function beginRehearsal(robot: RobotConfig, config: Config): Rehearsal {
  const starter = takeStarter();
  const why = robot.user === OWNER ? null : whyNotAs(robot.user, config);
  if (why !== null) throw new Failure('config', `${robot.name} cannot be tried: ${why}`);
  if (robot.user !== OWNER && starter === undefined && !mayChangeUser()) {
    throw new Failure('usage', `to try ${robot.name}, which runs as ${robot.user}, be root`);
  }
  closeInherited();
  const apart = starter === undefined ? null : starterApart(starter);
  const scratch = mkdtempSync(join(tmpdir(), 'mailrobot-dry-'));
  return {
    scratch,
    start: apart?.start ?? starterHere((one) => userFor(one, config), memoriesOf(scratch)),
    end: () => {
      apart?.end();
      endRehearsal(robot, config, scratch);
    },
  };
}

/** Files of the mail lie in `folder`. */
export async function rehearsalOf(
  robot: RobotConfig,
  context: Delivery,
  { folder, start }: { readonly folder: string; readonly start: StartRobot },
): Promise<Rehearse> {
  const { config, store, now } = context;
  const epochs = await (await context.log()).epochs();
  const desk = { source: sourceOf(config.domain, epochs), names: ticketNames(config), by: 'robot' };
  return async ({ queued, decision, message, incoming }) => {
    const { type: _, by: __, ...mail } = queued;
    const since = now().toISOString();
    const run = { ...mail, run: 0, since, tries: 0, why: null, next: null };
    const ticket = run.onTicket === null ? null : await store.ticket(run.onTicket);
    const inner = store.receive(folder);
    const known = { robot, start, ticket, plan: null };
    const ended = await givenMail(run, decision, octetsOf(incoming), inner, context)
      .then((given) => execute({ ...given, ...known }, inner, folder))
      .finally(() => inner.discard());
    const became = becameOf(ended, run, robot, now());
    const ran = { messageId: message.messageId, text: message.text, date: since };
    const tried = await rehearse(run, became, robot, ran, { config, store, now, desk });
    return {
      output: ended.type === 'exit' ? ended.output.toString() : '',
      ...{ end: tried.end, silence: tried.silence, ...tried.written },
    };
  };
}

/**
 * Removes the folder in which a robot was tried, and what it has kept there. What a robot does not
 * let go stays in that folder, since its user may be changing it right now.
 */
function endRehearsal(robot: RobotConfig, config: Config, scratch: string): void {
  const memories = join(scratch, 'memories');
  if (existsSync(memories)) forgetMemory(robot.name, userFor(robot, config), memories);
  const rest = existsSync(memories)
    ? readdirSync(scratch).flatMap((name) => (name === 'memories' ? [] : [join(scratch, name)]))
    : [scratch];
  for (const path of rest) rmSync(path, { recursive: true, force: true });
}

/** One for all mails that it is tried with. */
function memoriesOf(scratch: string): string {
  // The robot is to get there, and sees nothing else of it.
  chmodSync(scratch, 0o711);
  return join(scratch, 'memories');
}

async function* octetsOf(incoming: Incoming): AsyncGenerator<Uint8Array> {
  yield* incoming.chunks();
}
