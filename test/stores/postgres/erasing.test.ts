/** Who is erased in a database leaves no word there: the same as in every store, by one commit. */
import { execFileSync } from 'node:child_process';
import { join } from 'node:path';
import { afterAll, beforeAll, beforeEach, describe, expect, onTestFinished, test } from 'vitest';
import { isAllowed, ofPerson, ofTicket } from '../../../src/journal/erasing/erasure.ts';
import { OWN_PATHS } from '../../../src/journal/own-names.ts';
import { literal } from '../../../src/postgres/client.ts';
import { Connections } from '../../../src/postgres/connections.ts';
import type { DatabasePlace } from '../../../src/postgres/place.ts';
import type { MemoryStore } from '../../../src/stores/memory/memory-store.ts';
import { maintenanceOf } from '../../../src/stores/postgres/maintenance.ts';
import type { Change } from '../../../src/ticket/change.ts';
import type { Decision } from '../../../src/ticket/decision.ts';
import type { TicketId } from '../../../src/ticket/ticket.ts';
import { collect } from '../../kit/collect.ts';
import { bringInto, livedInMemory } from '../../kit/database-desk.ts';
import { appendChanges } from '../../kit/database-journal.ts';
import { makeStoreCluster, newStorePlace } from '../../kit/database-store.ts';
import { type Cluster, postgresMissing, removeCluster } from '../../kit/postgres.ts';
import { QUEUES } from '../random-commits.ts';

const TICKET: TicketId = 'SUPPORT-77777';
/** Words that stand nowhere else. */
const WORDS = ['Gugelhupf', 'zwetschke'];
const PERSON = 'zwetschke@ferrier.example';
const DECISION: Decision = {
  ...{ messageId: null, verb: 'new', sender: PERSON, recipients: [], isNamed: null },
  ...{ client: null, login: null, asked: [], spoke: [], trust: 'claimed', why: '' },
  ...{ route: 'SUPPORT', by: 'queue', intent: 'open' },
};

describe.skipIf(postgresMissing !== null)(`erasing in a database ${postgresMissing ?? ''}`, () => {
  let cluster: Cluster;
  let place: DatabasePlace;
  let connections: Connections;
  let memory: MemoryStore;
  beforeAll(async () => {
    cluster = await makeStoreCluster();
  }, 60_000);
  afterAll(() => removeCluster(cluster));
  beforeEach(async () => {
    place = newStorePlace(cluster);
    connections = new Connections(place, { statementSeconds: 30 });
    onTestFinished(() => connections.end());
    memory = await livedInMemory();
    await write(memory);
    await bringInto(connections, memory);
  });

  const now = () => new Date(memory.records.at(-1)?.time ?? 0);
  const maintenance = (by = connections) =>
    maintenanceOf({
      ...{ connections: by, now, extract: async () => {} },
      store: { catchUp: async () => {} },
    });
  const sql = (text: string) => connections.with((database) => database.script(text));
  const ticketsInDatabase = async () => {
    const [rows = []] = await sql("SELECT row FROM mailrobot.rows WHERE list = 'tickets'");
    return rows
      .map(({ row }) => JSON.parse(String(row)).ticket)
      .sort((a, b) => (a.id < b.id ? -1 : 1));
  };
  const ticketsInMemory = async () => {
    const all = JSON.parse(JSON.stringify(await collect(memory.tickets('all', QUEUES))));
    return all.sort((a: { id: string }, b: { id: string }) => (a.id < b.id ? -1 : 1));
  };

  test.each([
    ['a person', ofPerson(PERSON)],
    ['a person with many tickets', ofPerson('nic@ferrier.example')],
    ['a ticket', ofTicket(TICKET)],
  ])('%s is erased as in memory, and nothing is wrong with what is left', async (_, whom) => {
    const erasing = { whom, by: 'kim' };
    const planned = await maintenance().erasure(whom);
    const done = await maintenance().erase(erasing);
    expect(isAllowed(done)).toBe(true);
    expect(done.commits).toEqual(planned.commits);
    expect(done.seq).toBe(memory.records.length + 1);
    // The numbers of texts are others where a name of a file is.
    const { commits, ...wanted } = await memory.erase(erasing);
    expect(done.commits.map(({ seq }) => seq)).toEqual(commits.map(({ seq }) => seq));
    expect(done).toMatchObject(wanted);
    expect(await ticketsInDatabase()).toEqual(await ticketsInMemory());
    expect(await maintenance().check()).toEqual({ findings: [], commits: done.seq });
    // A second time there is nothing.
    expect((await maintenance().erase(erasing)).commits).toEqual([]);
  });

  test('behind VACUUM FULL its words are in no file of the tables', async () => {
    const [[row = {}] = []] = await sql(
      'SELECT current_database() AS name, oid FROM pg_database WHERE datname = current_database()',
    );
    const [name, oid] = [String(row['name']), String(row['oid'])];
    const folder = join(cluster.socket, '..', 'data', 'base', oid);
    const hits = () => {
      cluster.psql('CHECKPOINT');
      return WORDS.map((word) => grep(word, folder));
    };
    // The planner keeps samples of what it knows of tables, beside them.
    await sql('ANALYZE');
    expect(hits()).toEqual([true, true]);
    await maintenance().erase({ whom: ofPerson(PERSON), by: 'kim' });
    for (const one of ['journal', 'rows', 'files', 'pieces', 'standing', 'secrets']) {
      cluster.psql(`VACUUM FULL mailrobot.${one}`, name);
    }
    expect(hits()).toEqual([false, false]);
  });

  test.each([1, 3])('whoever commits meanwhile, %d times, loses nothing', async (times) => {
    const others: readonly Change[] = [
      { type: 'address.blocked', address: 'tim@ferrier.example', by: 'kim' },
    ];
    let left = times;
    /** It plans by one work, and writes by the next. */
    class Overtaken extends Connections {
      #isPlanned = false;
      override async with<T>(
        work: Parameters<typeof Connections.prototype.with<T>>[0],
      ): Promise<T> {
        if (this.#isPlanned && left > 0) {
          left -= 1;
          await appendChanges(connections, others, now().toISOString());
        }
        this.#isPlanned = !this.#isPlanned;
        return super.with(work);
      }
    }
    const late = new Overtaken(place, { statementSeconds: 30 });
    onTestFinished(() => late.end());
    const done = await maintenance(late).erase({ whom: ofPerson(PERSON), by: 'kim' });
    expect(left).toBe(0);
    expect(done.seq).toBe(memory.records.length + times + 1);
    const [rows = []] = await sql(`SELECT count(*) AS n FROM mailrobot.journal
      WHERE texts LIKE '%tim@ferrier%'`);
    expect(Number(rows[0]?.['n'])).toBe(times);
    const [words = []] = await sql(`SELECT 1 FROM mailrobot.rows WHERE row LIKE '%Gugelhupf%'`);
    expect(words).toEqual([]);
  });

  test('a mail that is being handed over is not erased under way', async () => {
    const [rows = []] = await sql(
      "SELECT key, row FROM mailrobot.rows WHERE list = 'outbox' ORDER BY key",
    );
    const [mail] = rows.map(({ row }) => JSON.parse(String(row)));
    expect(mail).toBeDefined();
    await sql(`INSERT INTO mailrobot.standing (mail, holder, until)
      VALUES (${literal(mail.id)}, 'another host', clock_timestamp() + interval '1 hour')`);
    const before = await sql('SELECT * FROM mailrobot.journal ORDER BY seq');
    const erasing = { whom: ofPerson(mail.recipient), by: 'kim' };
    await expect(maintenance().erase(erasing)).rejects.toMatchObject({ end: 'store-locked' });
    expect(await sql('SELECT * FROM mailrobot.journal ORDER BY seq')).toEqual(before);
    await sql('DELETE FROM mailrobot.standing');
    expect((await maintenance().erase(erasing)).letters).toContain(mail.id);
    expect((await maintenance().check()).findings).toEqual([]);
  });
});

/** A ticket of the person. */
async function write(memory: MemoryStore): Promise<void> {
  const from = { name: 'Zwetschke', address: PERSON };
  const incoming = memory.receive();
  incoming.write(Buffer.from(`From: ${PERSON}\nSubject: Gugelhupf\n\nGugelhupf, zwetschke!\n`));
  incoming.seal('a'.repeat(64), false);
  const subject = 'Gugelhupf';
  await memory.exclusive((transaction) =>
    transaction.commit({
      changes: [
        {
          ...{ type: 'ticket.created', ticket: TICKET, number: 77777, queue: 'SUPPORT', subject },
          requester: from,
        },
        {
          ...{ type: 'message.added', ticket: TICKET },
          message: {
            ...{ serial: 1, direction: 'in', trust: 'claimed', from, to: [], subject },
            ...{ date: '2026-11-21T12:00:00Z', messageId: '<gugelhupf@ferrier.example>' },
            ...{ text: 'Gugelhupf, zwetschke!', newLines: [], attachments: [] },
            raw: OWN_PATHS.rawIn,
          },
        },
      ],
      outgoing: [],
      delivery: {
        key: { hash: 'b'.repeat(64), targets: ['SUPPORT'] },
        incoming,
        decision: DECISION,
      },
    }),
  );
}

function grep(word: string, folder: string): boolean {
  try {
    execFileSync('grep', ['-r', '-q', '-a', word, folder]);
    return true;
  } catch {
    return false;
  }
}
