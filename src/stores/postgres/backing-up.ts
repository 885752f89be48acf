/**
 * A store in a database as an archive, the same that a store on disk gives: so each can be restored
 * into the other.
 *
 * All of it as one commit has left it. The journal is read twice, since an archive says the size of
 * each file before its octets; and raw mail a piece at a time.
 */

import { join } from 'node:path';
import type { Writable } from 'node:stream';
import { Failure } from '../../outcome.ts';
import { type FileBeside, heldMember, isMember, type Member, pack } from '../files/archive.ts';
import { FORMAT_VERSION } from '../files/layout.ts';

import { headOf } from './commit-reader.ts';
import type { Ask } from './gathering.ts';
import { keysIn } from './identity.ts';
import { type Segment, segmentsOf } from './segments.ts';
import { subscriptionIn } from './subscriptions.ts';

export interface BackingUp {
  readonly output: Writable;
  /** Name of the user who owns the store. */
  readonly owner: string;
  readonly beside: readonly FileBeside[];
}

/** Gives the number of commits. The caller has begun a transaction that sees no other. */
export async function backUp(
  ask: Ask,
  { output, owner, beside }: BackingUp,
): Promise<{ readonly commits: number }> {
  const { seq: commits } = await headOf(ask);
  const members = [
    ...(await identityIn(ask)),
    ...(await subscribersIn(ask)),
    ...(await journalIn(ask, commits)),
    ...(await rawIn(ask)),
  ];
  await pack(output, { commits, owner, beside, members });
  return { commits };
}

async function identityIn(ask: Ask): Promise<readonly Member[]> {
  const [row] = await ask({
    text: `SELECT keys, resting, (SELECT json_object_agg(name, first) FROM mailrobot.epochs) AS epochs
      FROM mailrobot.identity`,
  });
  if (row === undefined) throw new Failure('store-damaged', 'the store has lost its keys');
  const { resting, epochs } = row;
  const { epoch, pastEpochs, ...keys } = keysIn(String(row['keys']));
  const [, ...later] = [...pastEpochs.toReversed(), epoch];
  const firsts = new Map(Object.entries(epochs ?? {}));
  const began = Object.fromEntries(later.map((name) => [name, Number(firsts.get(name) ?? 1)]));
  const identity = {
    ...{ v: FORMAT_VERSION, epoch, pastEpochs, began },
    ...(resting instanceof Date && { resting: resting.toISOString() }),
  };
  return [
    jsonMember('store.json', identity),
    jsonMember('keys.json', { v: FORMAT_VERSION, ...keys }),
  ];
}

async function subscribersIn(ask: Ask): Promise<readonly Member[]> {
  const rows = await ask({
    text: 'SELECT name, cursor, failing FROM mailrobot.subscriptions ORDER BY name',
  });
  return rows
    .map((row) =>
      jsonMember(join('subscribers', `${String(row['name'])}.json`), {
        v: 1,
        ...subscriptionIn(row),
      }),
    )
    .filter(({ name }) => isMember(name));
}

function jsonMember(name: string, value: object): Member {
  return heldMember(name, Buffer.from(`${JSON.stringify(value, null, 2)}\n`));
}

async function journalIn(ask: Ask, last: number): Promise<readonly Member[]> {
  const again = segmentsOf(ask, last);
  let current: Segment | null = null;
  // Members are read in their order, so each segment is made once more, when its turn comes.
  const at = async (name: string): Promise<Segment> => {
    if (current?.name !== name) current = (await again.next()).value ?? null;
    if (current?.name !== name) throw new Failure('internal', `${name} is not the next segment`);
    return current;
  };
  const members: Member[] = [];
  for await (const { name, lines, texts } of segmentsOf(ask, last)) {
    members.push({
      ...{ name: join('journal', name), size: lines.length },
      octets: async function* () {
        yield (await at(name)).lines;
      },
    });
    if (texts.length === 0) continue;
    members.push({
      ...{ name: join('texts', name), size: texts.length },
      octets: async function* () {
        yield (await at(name)).texts;
      },
    });
  }
  return members;
}

async function rawIn(ask: Ask): Promise<readonly Member[]> {
  const rows = await ask({
    text: `SELECT path, blob, size FROM mailrobot.files WHERE starts_with(path, 'raw/') ORDER BY path`,
  });
  return rows
    .map(({ path, blob, size }) => ({
      ...{ name: String(path), size: Number(size) },
      octets: () => piecesOf(ask, String(blob)),
    }))
    .filter(({ name }) => isMember(name));
}

async function* piecesOf(ask: Ask, blob: string): AsyncGenerator<Buffer> {
  for (let n = 0; ; n += 1) {
    const [row] = await ask({
      text: 'SELECT octets FROM mailrobot.pieces WHERE blob = $1 AND n = $2',
      values: [blob, n],
    });
    if (row === undefined) return;
    // A column of bytea.
    yield row['octets'] as Buffer;
  }
}
