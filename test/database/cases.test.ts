/**
 * Every folder of fixtures/cases through the built program on a database: the same ends, tickets and
 * replies as on files (test/process/cases.test.ts says what the files of a folder are). `FAULTS=n`
 * tries every n-th.
 */
import { readdirSync, readFileSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { sampleOf } from '../faults/sample.ts';
import { type Cluster, postgresMissing, removeCluster } from '../kit/postgres.ts';
import { type InDatabase, makeDeskCluster, makeDeskIn } from '../process/database-desk.ts';
import { deliverCase, filesBelow, ROOT } from '../process/desk.ts';

interface Case {
  readonly about: string;
  readonly before?: readonly string[];
  readonly arrange?: 'no config' | 'read-only store' | 'no sendmail';
  readonly exit: 0 | 75;
  readonly duplicate?: boolean;
  readonly status?: string;
  readonly ticket: string | null;
  readonly replies: number;
}

const FOLDER = join(ROOT, 'fixtures', 'cases');
/** As of a desk in files (test/process/desk.ts). */
const KEYS = {
  ...{ epoch: '0123456789abcdef', pastEpochs: [], secrets: ['5a'.repeat(32)] },
  ...{ revoked: {}, renewed: {} },
};
/** What a database that takes no writes is called. */
const STATUS: Readonly<Record<string, string>> = {
  'read-only store': '4.3.0 mailrobot: the database failed',
};

describe.skipIf(postgresMissing !== null)(`fixtures/cases ${postgresMissing ?? ''}`, () => {
  let cluster: Cluster;
  beforeAll(async () => {
    cluster = await makeDeskCluster();
  });
  afterAll(() => removeCluster(cluster));

  const sample = sampleOf(5);
  const names = readdirSync(FOLDER).sort();
  for (const name of names.filter((_, n) => n % sample === 0)) {
    const scenario: Case = JSON.parse(readFileSync(join(FOLDER, name, 'case.json'), 'utf8'));
    test(`${name}: ${scenario.about}`, async () => {
      const made = await makeDeskIn(cluster);
      const { desk, database } = made;
      cluster.psql(
        `UPDATE mailrobot.identity SET keys = '${JSON.stringify(KEYS)}';
          UPDATE mailrobot.epochs SET name = '${KEYS.epoch}'`,
        database,
      );
      for (const earlier of scenario.before ?? []) await deliverCase(desk, earlier, desk.run);
      await desk.settled();
      arrange(cluster, made, scenario);
      const before = kept(cluster, database);
      const ended = await deliverCase(desk, name, desk.run);
      await desk.settled();

      const status = STATUS[scenario.arrange ?? ''] ?? scenario.status;
      expect(ended).toEqual({
        ...{ exit: scenario.exit, signal: null, stderr: '' },
        stdout: status === undefined ? '' : `${status}\n`,
      });
      const mail = readFileSync(join(FOLDER, name, 'in.eml'));
      const isKept = scenario.exit === 0 ? mail.length > 0 : scenario.ticket !== null;
      const isNew = isKept && scenario.duplicate !== true;
      expect(kept(cluster, database) - before).toBe(isNew ? 1 : 0);
      expect(filesBelow(join(desk.dir, 'spool', 'incoming'))).toEqual([]);
      if (scenario.ticket !== null) {
        const shown = await desk.run(['ticket', 'show', scenario.ticket, '--json'], { input: '' });
        expect(withoutTimes(shown.stdout)).toBe(
          readFileSync(join(FOLDER, name, 'ticket.json'), 'utf8'),
        );
      }
      const sent = desk.sent();
      expect(sent).toHaveLength(scenario.replies);
      const last = sent.at(-1);
      if (last === undefined || scenario.before !== undefined) return;
      expect(`${last.args}\n\n${last.content.replace(/^Date: .*$/m, 'Date: <time>')}`).toBe(
        readFileSync(join(FOLDER, name, 'reply.eml'), 'utf8'),
      );
    });
  }
});

function arrange({ psql }: Cluster, { desk, database }: InDatabase, scenario: Case): void {
  if (scenario.arrange === 'no config') rmSync(desk.config);
  if (scenario.arrange === 'no sendmail') {
    desk.configure((value) => {
      value['sendmail'] = '/nonexistent/sendmail';
    });
  }
  if (scenario.arrange === 'read-only store') {
    psql(`ALTER DATABASE ${database} SET default_transaction_read_only = on`);
  }
}

/** Raw mails that came in. */
function kept({ psql }: Cluster, database: string): number {
  return Number(
    psql("SELECT count(*) FROM mailrobot.files WHERE path LIKE 'raw/%-in.eml'", database),
  );
}

/** The times that differ from run to run; those of the mail itself stay. */
function withoutTimes(json: string): string {
  return json
    .replace(/("(?:createdAt|updatedAt|since)": )"[^"]+"/g, '$1"<time>"')
    .replace(/("date": )"(?!2026-01-02T08:25:40)[^"]+"/g, '$1"<time>"');
}
