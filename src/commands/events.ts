/**
 * `mailrobot events`: the feed, one CloudEvent a line.
 *
 * `--follow` goes on until nobody reads any more, or SIGTERM or SIGINT; a line is
 * always whole. A reader who is slow slows nothing but his own feed. A restore of the
 * store meanwhile is met as a `feed.reset`.
 */
import { once } from 'node:events';
import { BEGINNING, type Place } from '../feed/cursor.ts';
import { EVENT_TYPES, type FeedEvent, SCOPES, type Scope } from '../feed/event.ts';
import { Feed, type Filter, isWanted, placeAfter } from '../feed/feed.ts';
import { Failure } from '../outcome.ts';
import type { Run } from '../run.ts';
import { openCommitLog } from '../store/commit-log.ts';
import type { CommitLog } from '../store/store.ts';
import { type Desk, namedTicket, openDesk } from './open-desk.ts';
import { Refused } from './refused.ts';

export interface EventsOptions {
  readonly config: string;
  readonly after?: string;
  readonly follow?: boolean;
  readonly type?: readonly string[];
  readonly scope?: readonly string[];
  readonly ticket?: string;
}

/** Written at once, so that a long feed does not cost a system call a line. */
const BATCH = 64 * 1024;

export async function events(options: EventsOptions, run: Run): Promise<void> {
  const desk = await openDesk(options.config, run);
  const log = openCommitLog(desk.config.store);
  const { domain } = desk.config;
  const filter = filterOf(options, desk);
  const output = new Output();
  let cursor = options.after ?? null;
  let feed = feedAfter(cursor, log, domain);
  const stop = stopped(output);
  const watch = log.watch();
  stop.addEventListener('abort', () => watch.close());
  for (;;) {
    for (const placed of feed.next()) {
      if (stop.aborted) break;
      cursor = placed.event.id;
      if (isWanted(placed, filter)) await output.write(placed.event);
    }
    await output.flush();
    if (!options.follow || stop.aborted) break;
    const woken = await watch.wait();
    if (stop.aborted) break;
    // What dead runs have left, and what became of our mail, is events too.
    if (woken === 'time') await whereItIs(() => desk.store.catchUp());
    if (await whereItIs(() => feed.isReset(log))) feed = feedAfter(cursor, log, domain);
  }
  watch.close();
}

/** A store that is moved away for a restore is waited for. */
async function whereItIs<T>(look: () => T): Promise<Awaited<T> | null> {
  try {
    return await look();
  } catch (error) {
    if (error instanceof Failure && error.end === 'store-missing') return null;
    throw error;
  }
}

function feedAfter(cursor: string | null, log: CommitLog, domain: string): Feed {
  return new Feed(log, domain, cursor === null ? BEGINNING : placeOf(cursor, log));
}

function placeOf(cursor: string, log: CommitLog): Place {
  const place = placeAfter(cursor, log);
  if ('problem' in place) throw new Refused(`cursor "${cursor}": ${place.problem}`);
  return place;
}

function filterOf({ type = [], scope = [], ticket }: EventsOptions, desk: Desk): Filter {
  const types = type.flatMap((list) => list.split(','));
  for (const wanted of types) {
    const isKnown = EVENT_TYPES.some(
      (known) =>
        known === wanted || (wanted.endsWith('.*') && known.startsWith(wanted.slice(0, -1))),
    );
    if (!isKnown)
      throw new Refused(`there are no events "${wanted}": ${EVENT_TYPES.join(', ')}`, true);
  }
  const scopes = scope.flatMap((list) => list.split(','));
  const unknown = scopes.find((wanted) => !isScope(wanted));
  if (unknown !== undefined) {
    throw new Refused(`there is no scope "${unknown}": ${SCOPES.join(' and ')} are private`, true);
  }
  return {
    types,
    scopes: scopes.filter(isScope),
    ticket: ticket === undefined ? null : namedTicket(ticket, desk).id,
  };
}

function isScope(text: string): text is Scope {
  return SCOPES.some((scope) => scope === text);
}

/** Nobody reads on, or we are asked to end. */
function stopped(output: Output): AbortSignal {
  const ended = new AbortController();
  for (const signal of ['SIGTERM', 'SIGINT'] as const) process.once(signal, () => ended.abort());
  output.onEnd(() => ended.abort());
  return ended.signal;
}

class Output {
  readonly #stream = process.stdout;
  #held: string[] = [];
  #size = 0;
  #isOver = false;

  onEnd(ended: () => void): void {
    const end = () => {
      this.#isOver = true;
      ended();
    };
    this.#stream.once('error', end);
    this.#stream.once('close', end);
  }

  async write(event: FeedEvent): Promise<void> {
    const line = `${JSON.stringify(event)}\n`;
    this.#held.push(line);
    this.#size += line.length;
    if (this.#size >= BATCH) await this.flush();
  }

  async flush(): Promise<void> {
    const text = this.#held.join('');
    [this.#held, this.#size] = [[], 0];
    if (text === '' || this.#isOver || this.#stream.write(text)) return;
    const waiting = new AbortController();
    const { signal } = waiting;
    const either = ['drain', 'close'].map((name) => once(this.#stream, name, { signal }));
    await Promise.race(either).catch(() => {});
    waiting.abort();
  }
}
