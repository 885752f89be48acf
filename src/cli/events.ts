/**
 * `mailrobot events`: the feed, one CloudEvent a line.
 *
 * `--follow` goes on until nobody reads any more (the next event finds that out), or
 * SIGTERM or SIGINT; a line is always whole. A reader who is slow slows nothing but their
 * own feed. A restore of the store meanwhile is met as a `feed.reset`, and so is a failover that
 * has lost what was read.
 */
import { once } from 'node:events';
import type { Writable } from 'node:stream';
import { setTimeout as sleep } from 'node:timers/promises';
import type { FeedPosition } from '../feed/cursor.ts';
import type { FeedEvent } from '../feed/event.ts';
import { cursorNamed, type EventFilter, Feed, isWanted, positionAfter } from '../feed/feed.ts';
import type { CommitLog } from '../journal/log.ts';
import { inertJsonLine } from '../pages/inert.ts';
import { EVENT_TYPES, isEventPattern, SCOPES, type Scope } from '../ticket/event-type.ts';
import { finishOthersWork, isAway } from './following.ts';
import { type Desk, namedTicket, openDesk } from './open-desk.ts';
import { Refused } from './refused.ts';
import type { Run } from './run.ts';

export interface EventsOptions {
  readonly config: string;
  readonly after?: string;
  readonly follow?: boolean;
  readonly type?: readonly string[];
  readonly scope?: readonly string[];
  readonly ticket?: string;
}

/** Written at once, so that a long feed does not cost a system call a line. */
const BATCH_BYTES = 64 * 1024;

export async function events(options: EventsOptions, run: Run): Promise<void> {
  const desk = await openDesk(options.config, run);
  const { log } = desk;
  const { domain } = desk.config;
  const filter = await filterOf(options, desk);
  let cursor = await cursorNamed(options.after ?? 'beginning', log);
  let feed = await Feed.open(log, domain, await startAfter(cursor, log));
  const stop = new AbortController();
  const output = new Output(process.stdout, stop);
  for (const name of ['SIGTERM', 'SIGINT'] as const) process.once(name, () => stop.abort());
  const watch = log.watch();
  stop.signal.addEventListener('abort', () => watch.close());
  try {
    for (;;) {
      for await (const placed of feed.next()) {
        if (stop.signal.aborted) break;
        cursor = placed.event.id;
        if (isWanted(placed, filter)) await output.write(placed.event);
      }
      await output.flush();
      if (feed.isLost && !stop.signal.aborted) {
        feed = await Feed.open(log, domain, await startAfter(cursor, log));
        continue;
      }
      if (!options.follow || stop.signal.aborted) return;
      const woken = await watch.wait();
      if (stop.signal.aborted) return;
      if (await isAway(log)) continue;
      if (await feed.isReset(log)) {
        feed = await Feed.open(log, domain, await startAfter(cursor, log));
      }
      if (woken === 'time') await finishOthersWork(desk);
    }
  } finally {
    watch.close();
    if (await output.isStuck()) run.leave();
  }
}

async function startAfter(cursor: string, log: CommitLog): Promise<FeedPosition> {
  const position = await positionAfter(cursor, log);
  if ('refused' in position) throw new Refused(`cursor "${cursor}": ${position.refused}`);
  return position;
}

async function filterOf(
  { type = [], scope = [], ticket }: EventsOptions,
  desk: Desk,
): Promise<EventFilter> {
  const types = type.flatMap((list) => list.split(','));
  const wrong = types.find((wanted) => !isEventPattern(wanted));
  if (wrong !== undefined) {
    throw new Refused(`there are no events "${wrong}": ${EVENT_TYPES.join(', ')}`, true);
  }
  const scopes = scope.flatMap((list) => list.split(','));
  const unknown = scopes.find((wanted) => !isScope(wanted));
  if (unknown !== undefined) {
    throw new Refused(
      `there is no scope "${unknown}"; the scopes are ${SCOPES.join(' and ')}`,
      true,
    );
  }
  return {
    types,
    scopes: scopes.filter(isScope),
    ticket: ticket === undefined ? null : (await namedTicket(ticket, desk)).id,
  };
}

function isScope(text: string): text is Scope {
  return SCOPES.some((scope) => scope === text);
}

/** After the end was asked for, a reader has so long for what was written to them. */
const GRACE_MS = 2000;

/** Lines on a stream, many at once; asks for the end if nobody reads any more. */
class Output {
  readonly #stream: Writable;
  readonly #stop: AbortSignal;
  #held: string[] = [];
  #size = 0;
  #isOver = false;
  /** How many writes the reader has not taken: Bun's stdout has an empty buffer all the time. */
  #untaken = 0;

  constructor(stream: Writable, stop: AbortController) {
    this.#stream = stream;
    this.#stop = stop.signal;
    const over = () => {
      this.#isOver = true;
      stop.abort();
    };
    stream.once('error', over);
    stream.once('close', over);
  }

  async write(event: FeedEvent): Promise<void> {
    const line = `${inertJsonLine(event)}\n`;
    this.#held.push(line);
    this.#size += line.length;
    if (this.#size >= BATCH_BYTES) await this.flush();
  }

  async flush(): Promise<void> {
    const text = this.#held.join('');
    [this.#held, this.#size] = [[], 0];
    if (text === '' || this.#isOver) return;
    this.#untaken += 1;
    const hasRoom = this.#stream.write(text, () => {
      this.#untaken -= 1;
    });
    if (!hasRoom) await this.#drained();
  }

  /** Asked to end, and a reader who stands still would keep the process from it. */
  async isStuck(): Promise<boolean> {
    if (!this.#stop.aborted || this.#isOver || this.#untaken === 0) return false;
    await Promise.race([once(this.#stream, 'drain'), sleep(GRACE_MS, null, { ref: false })]);
    return this.#untaken > 0;
  }

  /** Until the reader has caught up, or has gone, or the end is asked for. */
  async #drained(): Promise<void> {
    const over = new AbortController();
    const { signal } = over;
    const either = ['drain', 'close'].map((name) => once(this.#stream, name, { signal }));
    const stopped = this.#stop.aborted ? [] : [once(this.#stop, 'abort', { signal })];
    await Promise.race([...either, ...stopped]).catch(() => {});
    over.abort();
  }
}
