/**
 * The streams that stand in the place of node's in the build give the same octets and say the same
 * of their ends as node's own.
 */
import * as node from 'node:stream';
import { expect, test } from 'vitest';
import * as light from '../../src/runtime/light-streams.ts';
import { type Choose, choiceOf, roundsOf, SEED } from '../kit/random.ts';

/** What both kinds have, as the packages use it. */
type Done = (error?: Error | null, chunk?: unknown) => void;
interface Stream {
  _transform(chunk: Buffer, encoding: string, done: Done): void;
  _flush(done: Done): void;
  push(chunk: unknown): boolean;
  write(chunk: Buffer): boolean;
  end(): unknown;
  read(): unknown;
  pipe(to: Stream): unknown;
  on(event: string, listener: (value?: unknown) => void): unknown;
  once(event: string, listener: (value?: unknown) => void): unknown;
}
interface Kind {
  make(): Stream;
  pipeline(streams: readonly Stream[], done: (error?: Error | null) => void): void;
}

// Both have all that `Stream` asks; their declarations are stricter about chunks.
const KINDS: Readonly<Record<'node' | 'light', Kind>> = {
  node: {
    make: () => new node.Transform({ highWaterMark: 16 * 1024 }) as unknown as Stream,
    pipeline: (streams, done) => node.pipeline(streams as unknown as node.Transform[], done),
  },
  light: {
    make: () => new light.Transform() as unknown as Stream,
    pipeline: (streams, done) => light.pipeline(streams as unknown as light.Transform[], done),
  },
};

type Step = 'as it is' | 'in pieces' | 'twice' | 'at the end' | 'nothing of it' | 'later';
const STEPS: readonly Step[] = [
  ...(['as it is', 'in pieces', 'twice', 'at the end', 'nothing of it', 'later'] as const),
];
type Reader = 'data' | 'readable' | 'readable later';
const READERS: readonly Reader[] = ['data', 'readable', 'readable later'];

interface Plan {
  readonly steps: readonly Step[];
  readonly chunks: readonly Buffer[];
  readonly reader: Reader;
  readonly waits: boolean;
  readonly joined: 'pipe' | 'pipeline';
  /** Which step fails at which chunk; null if none does. */
  readonly fails: { readonly step: number; readonly chunk: number } | null;
}

const SIZES = [0, 1, 10, 1000, 16_383, 16_384, 16_385, 40_000];

function planned(choose: Choose, canFail: boolean): Plan {
  const steps = Array.from({ length: 1 + choose.number(4) }, () => choose(STEPS));
  const chunks = Array.from({ length: choose.number(8) }, (_, n) =>
    Buffer.alloc(choose(SIZES), `${n}abcdefg`),
  );
  return {
    ...{ steps, chunks },
    reader: choose(READERS),
    waits: choose.number(3) > 0,
    joined: canFail ? 'pipeline' : choose(['pipe', 'pipeline'] as const),
    fails: canFail ? { step: choose.number(steps.length), chunk: choose.number(4) } : null,
  };
}

function stepOf(kind: Kind, step: Step, failsAt: number | null): Stream {
  const stream = kind.make();
  const kept: Buffer[] = [];
  let seen = 0;
  stream._transform = (chunk, _encoding, done) => {
    if (seen === failsAt) {
      done(new Error('it fails'));
      return;
    }
    seen += 1;
    if (step === 'as it is') done(null, chunk);
    else if (step === 'later') setImmediate(() => done(null, chunk));
    else {
      if (step === 'twice') for (const _ of [1, 2]) stream.push(chunk);
      if (step === 'in pieces')
        for (let at = 0; at < chunk.length; at += 5000) stream.push(chunk.subarray(at, at + 5000));
      if (step === 'at the end') kept.push(chunk);
      done();
    }
  };
  stream._flush = (done) => {
    for (const chunk of kept) stream.push(chunk);
    done();
  };
  return stream;
}

/** That a side has ended is said of either first; whatever else comes, `close` is the last. */
function inOrder(events: readonly string[]): string {
  return [...events.slice(0, -1).sort(), ...events.slice(-1)].join(' ');
}

/** Which chunk stands how long in it: `1 x 40000`. Each is its number and letters. */
function written(octets: Buffer): string {
  const found = octets.toString('latin1').match(/(\d[a-g]*)\1*/g) ?? [];
  return found.map((run) => `${run[0]} x ${run.length}`).join(', ');
}

interface Seen {
  readonly octets: string;
  readonly events: readonly string[];
}

async function run(plan: Plan, kind: Kind): Promise<Seen> {
  const { fails } = plan;
  const streams = plan.steps.map((step, n) =>
    stepOf(kind, step, fails?.step === n ? fails.chunk : null),
  );
  const events: string[][] = streams.map(() => []);
  const [first, last] = [streams[0], streams.at(-1)];
  if (first === undefined || last === undefined) throw new Error('no stream');
  const closed = streams.map(
    (stream, n) =>
      new Promise<void>((resolve) => {
        for (const event of fails === null ? ['end', 'finish', 'error'] : ['error'])
          stream.on(event, (value) => {
            events[n]?.push(value instanceof Error ? `${event}: ${value.message}` : event);
          });
        stream.on('close', () => {
          events[n]?.push('close');
          resolve();
        });
      }),
  );
  let ended: string | null = null;
  if (plan.joined === 'pipeline' && streams.length > 1)
    kind.pipeline(streams, (error) => {
      ended = error?.message ?? 'done';
    });
  else
    for (const [n, stream] of streams.slice(0, -1).entries()) stream.pipe(streams[n + 1] ?? last);
  const octets: Buffer[] = [];
  const take = (chunk: unknown): void => {
    if (Buffer.isBuffer(chunk)) octets.push(chunk);
  };
  if (plan.reader === 'data') last.on('data', take);
  else {
    const readAll = (): void => {
      for (let chunk = last.read(); chunk !== null; chunk = last.read()) take(chunk);
    };
    last.on('readable', () => (plan.reader === 'readable' ? readAll() : setImmediate(readAll)));
  }
  for (const chunk of plan.chunks) {
    const hasRoom = first.write(chunk);
    if (!hasRoom && plan.waits && fails === null)
      await new Promise<void>((resolve) => first.once('drain', () => resolve()));
  }
  first.end();
  await Promise.all(closed);
  return {
    octets: fails === null ? written(Buffer.concat(octets)) : '',
    // Those before it may have ended already, or not.
    events: [...events.slice(fails?.step ?? 0).map(inOrder), `pipeline: ${ended}`],
  };
}

async function compare(canFail: boolean): Promise<void> {
  const choose = choiceOf(SEED);
  for (let n = 0; n < roundsOf(1200); n += 1) {
    const plan = planned(choose, canFail);
    const said = { seed: SEED, ...plan, chunks: plan.chunks.map(({ length }) => length) };
    const [ours, nodes] = [await run(plan, KINDS.light), await run(plan, KINDS.node)];
    expect({ said, seen: ours }).toEqual({ said, seen: nodes });
  }
}

test('whatever is written through any streams comes out as out of those of node', () =>
  compare(false));

test('whoever fails in a pipeline takes the others along, with the same error', () =>
  compare(true));
