/**
 * `mailrobot apply`: orders of another system, one JSON a line, from stdin or a file.
 *
 * Each line is carried out or refused by itself, and its result is a line of JSON on
 * stdout, with the line's number. Ends with 0 only where every line was carried out, or
 * had nothing to be carried out.
 */
import { createReadStream, openSync } from 'node:fs';
import { ticketNames } from '../config/config.ts';
import { sourceOf } from '../feed/feed.ts';
import { lines } from '../feed/lines.ts';
import { carryOut, lookUp, type Order, type Ordered } from '../feed/order.ts';
import { type Reading, readOrder } from '../feed/read-order.ts';
import { htmlReader } from '../intake/html-reader.ts';
import { Failure } from '../outcome.ts';
import { inertJsonLine } from '../pages/inert.ts';
import { keptAnyway } from './change-ticket.ts';
import { type Desk, openDesk } from './open-desk.ts';
import { reading } from './reading.ts';
import { Refused } from './refused.ts';
import type { Run } from './run.ts';

export interface ApplyOptions {
  readonly config: string;
  readonly strict?: boolean;
}

const LINE_LIMIT = 16 * 1024 * 1024;
/** The subscribers of a long feed are told on its way, so often at most. */
const WAKE_MS = 1000;

export async function apply(
  file: string | undefined,
  { config, strict }: ApplyOptions,
  run: Run,
): Promise<void> {
  const desk = await openDesk(config, run);
  const orderedDesk = {
    source: sourceOf(desk.config.domain, await desk.log.epochs()),
    names: ticketNames(desk.config),
    by: desk.by,
  };
  let number = 0;
  let orders = 0;
  let errors = 0;
  let wokenAt = 0;
  for await (const line of lines(inputOf(file, run), LINE_LIMIT)) {
    number += 1;
    const text = number === 1 ? line?.replace(/^\uFEFF/, '') : line;
    if (text?.trim() === '') continue;
    orders += 1;
    const read: Reading =
      text == null ? { type: 'error', error: 'too long a line' } : readOrder(text, orderedDesk);
    const result =
      read.type === 'order'
        ? await resultOf(await lookUp(read.order, desk.store), desk, run)
        : read.type === 'recipient'
          ? await resultOfRecipient(read, desk, run)
          : resultWithout(read);
    process.stdout.write(`${inertJsonLine({ line: number, ...result })}\n`);
    const now = performance.now();
    if (now > wokenAt + WAKE_MS) {
      await desk.wake();
      wokenAt = now;
    }
    if (result.result !== 'error') continue;
    errors += 1;
    if (strict) break;
  }
  if (errors > 0) {
    throw new Refused(
      strict
        ? `line ${number} could not be carried out`
        : `${errors} of ${orders} orders could not be carried out`,
    );
  }
}

function inputOf(file: string | undefined, run: Run): AsyncIterable<Buffer> {
  if (file === undefined) return run.stdin();
  return createReadStream(file, { fd: reading(file, () => openSync(file, 'r')) });
}

interface Result {
  readonly result: 'done' | 'unchanged' | 'duplicate' | 'own' | 'ignored' | 'error';
  readonly [fact: string]: unknown;
}

function resultWithout(read: Exclude<Reading, { type: 'order' | 'recipient' }>): Result {
  return read.type === 'error' ? { result: 'error', error: read.error } : { result: read.type };
}

async function resultOfRecipient(
  { order, by, origin }: Extract<Reading, { type: 'recipient' }>,
  { config, store }: Desk,
  { environment }: Run,
): Promise<Result> {
  try {
    const { openRecipients } = await import('../recipients/open.ts');
    const { changeOnce, changeRecipients, rulesFor } = await import('../recipients/change.ts');
    const { table, known } = await openRecipients(config, environment);
    const context = { table, store, by, rules: rulesFor(config, known) };
    const done =
      origin === null
        ? await changeRecipients([order], context)
        : await changeOnce(order, origin, context);
    if (done === 'duplicate') return { result: 'duplicate' };
    if ('refused' in done) return { result: 'error', error: done.refused[0]?.problem };
    return { result: done.edits.length > 0 ? 'done' : 'unchanged', recipient: order.address };
  } catch (error) {
    if (error instanceof Failure) return { result: 'error', error: error.message };
    throw error;
  }
}

async function resultOf(order: Order, desk: Desk, run: Run): Promise<Result> {
  try {
    const htmlOf = htmlReader({ ...desk, reader: run.reader });
    const ordered = await keptAnyway(() => carryOut(order, { ...desk, now: run.now, htmlOf }));
    return ordered === null ? { result: 'done', waits: true } : inWords(ordered);
  } catch (error) {
    // The store could not take it now: nothing was changed, and the next one may fare better.
    if (error instanceof Failure) return { result: 'error', error: error.message };
    throw error;
  }
}

function inWords(ordered: Ordered): Result {
  switch (ordered.end) {
    case 'done': {
      const { ticket, made, isSent } = ordered;
      // The answer is kept, and a later run hands it to the MTA.
      return {
        ...{ result: 'done', ticket },
        ...(made !== null && { made }),
        ...(!isSent && { waits: true }),
      };
    }
    case 'unchanged':
      return { result: 'unchanged', ticket: ordered.ticket };
    case 'duplicate':
      return { result: 'duplicate', ...(ordered.ticket !== null && { ticket: ordered.ticket }) };
    case 'refused':
      return { result: 'error', error: ordered.reason };
  }
}
