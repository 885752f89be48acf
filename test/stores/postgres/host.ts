/**
 * A host of its own, to be stopped or killed: it hands the first mail over by SMTP, and the MTA is a
 * file. It says `begun` when the MTA has wanted the mail, waits for a line, and says how it ended.
 *
 *     node host.js <place as JSON> <folder> <seconds of the lease> <file>
 */
import { appendFileSync } from 'node:fs';
import { createInterface } from 'node:readline';
import type { Submit } from '../../../src/journal/outbox.ts';
import { Connections } from '../../../src/postgres/connections.ts';
import type { DatabasePlace } from '../../../src/postgres/place.ts';
import { outboxOn } from '../../kit/database-outbox.ts';

const [place = '', directory = '', leaseSeconds = '', file = ''] = process.argv.slice(2);
// Written by the test.
const connections = new Connections(JSON.parse(place) as DatabasePlace, { statementSeconds: 10 });
const outbox = outboxOn(connections, { directory, leaseSeconds: Number(leaseSeconds) });
const lines = createInterface({ input: process.stdin })[Symbol.asyncIterator]();
const say = (word: string) => process.stdout.write(`${word}\n`);

const submit: Submit = async (_, begin) => {
  const octets = await begin();
  if (octets === null) return { end: 'failed', reason: 'not ours' };
  say('begun');
  await lines.next();
  const pieces: Buffer[] = [];
  try {
    for await (const piece of octets) pieces.push(piece);
  } catch {
    return { end: 'failed', reason: 'no final dot' };
  }
  appendFileSync(file, Buffer.concat(pieces));
  return { end: 'taken' };
};

const [mail] = await connections.with((database) => outbox.unsent(database));
if (mail === undefined) throw new Error('no mail waits');
say((await outbox.handOver(mail, submit, 60_000)).end);
await lines.return?.();
process.stdin.destroy();
await connections.end();
