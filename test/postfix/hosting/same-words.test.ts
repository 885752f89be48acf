/**
 * examples/hosting has its rules twice, for PostgreSQL and for MariaDB: asked the same, both answer with the
 * same words. SEED=n asks what a run has asked.
 */
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import type { Database } from './database.ts';
import { ENGINES, type Engine } from './engines.ts';

const missing = ENGINES.map((engine) => engine.missing()).find((reason) => reason !== undefined);
const SEED = Number(process.env['SEED'] ?? 20_261_129);
const [NIC, SUE, BOSS] = ['nic', 'sue', 'boss'].map((name) => `${name}@ferrier.example`);
const [ACCOUNT, SHOP, TEAM] = ['nic', 'shop', 'team'].map((name) => `${name}@hosted.example`);
const LINE = '{BLF-CRYPT}$2y$05$80JTcaLvIdMz7SrMWbLs/uGrmtQmUBbI31THRG735JpQ2SCg8VRTG';

describe.skipIf(missing !== undefined)(`PostgreSQL and MariaDB ${missing ?? ''}`, () => {
  const both: { readonly engine: Engine; readonly database: Database }[] = [];
  beforeAll(async () => {
    for (const engine of ENGINES) both.push({ engine, database: await engine.start() });
  });
  afterAll(() => Promise.all(both.map(({ database }) => database.stop())));

  /** What each says. */
  const heard = (ask: (engine: Engine, database: Database) => Promise<string>) =>
    Promise.all(both.map(({ engine, database }) => ask(engine, database)));

  test('say the same of a story with all commands', async () => {
    const plan = (name: string, ...values: readonly (string | undefined)[]) => [name, values, '0'];
    const carryOut = (name: string, ...values: readonly (string | undefined)[]) => [
      ...[name, values, '1'],
    ];
    const twice = (name: string, ...values: readonly (string | undefined)[]) => [
      ...[plan(name, ...values), carryOut(name, ...values)],
    ];
    const story = [
      ...twice('create_account', NIC, ACCOUNT),
      ...twice('create_account', NIC, ACCOUNT),
      ...twice('create_account', BOSS, 'boss@closed.example'),
      ...twice('create_account', NIC, 'boss@closed.example'),
      ...twice('create_account', ACCOUNT, 'other@hosted.example'),
      ...twice('create_account', NIC, 'nobody@nowhere.example'),
      ...twice('forgot_password', NIC, ACCOUNT),
      ...twice('forgot_password', SUE, ACCOUNT),
      ...twice('change_password', ACCOUNT, ACCOUNT, LINE),
      ...twice('change_password', NIC, ACCOUNT, '{PLAIN}x'),
      ...twice('create_alias', NIC, SHOP, ACCOUNT),
      ...twice('create_alias', NIC, TEAM, SUE),
      ...twice('create_alias', NIC, TEAM, 'sue@ferrier'),
      ...twice('create_alias', SUE, 'sue@hosted.example', BOSS),
      ...twice('accept_alias', BOSS, TEAM),
      ...twice('accept_alias', SUE, TEAM),
      ...twice('restore_mail', NIC, ACCOUNT, '', ''),
      ...twice('restore_mail', NIC, ACCOUNT, 'Archive', ''),
      ...twice('restore_mail', NIC, ACCOUNT, 'archive', '2026-11-28'),
      ...twice('remove_address', SUE, TEAM),
      ...twice('undo_remove', NIC, TEAM),
      ...twice('remove_address', NIC, TEAM),
      ...twice('remove_address', NIC, SHOP),
      ...twice('undo_remove', NIC, SHOP),
      ...twice('remove_address', NIC, ACCOUNT),
      ...twice('undo_remove', NIC, ACCOUNT),
      ...twice('undo_remove', NIC, ACCOUNT),
    ] as const;
    for (const { engine, database } of both) {
      await database.sql(`${engine.call('create_account', texts(['0', NIC, ACCOUNT, '1']))};`);
      const backup = texts([ACCOUNT, '2026-11-28', 'Archive', '31']);
      await database.sql(engine.call('record_backup', backup));
    }
    for (const [n, [name, values, carry]] of story.entries()) {
      const all = texts([`${n}`, ...(values ?? []), `${carry}`]);
      const said = await heard(async (engine, database) =>
        database.sql(engine.call(`${name}`, all), 'hosting_robot'),
      );
      const [postgresql, mariadb] = said.map(comparable);
      expect({ name, all, said: mariadb }).toEqual({ name, all, said: postgresql });
      const own = await heard((engine, database) =>
        database.sql(engine.call('what_i_have', texts([NIC])), 'hosting_robot'),
      );
      expect(comparable(own[1] ?? '')).toEqual(comparable(own[0] ?? ''));
    }
    const tables = [
      'SELECT address, likeness, recovery FROM accounts ORDER BY 1',
      'SELECT address, destination, account, likeness FROM recipients ORDER BY 1',
      'SELECT address, destination, account, likeness FROM waiting_recipients ORDER BY 1',
      'SELECT address, domain, likeness FROM resting ORDER BY 1',
      'SELECT name, why FROM reserved ORDER BY name COLLATE "C"',
    ];
    for (const table of tables) {
      const [postgresql, mariadb] = await heard((engine, database) =>
        database.sql(engine.name === 'MariaDB' ? table.replace(' COLLATE "C"', '') : table),
      );
      expect(mariadb).toBe(postgresql);
    }
  });

  test(`say the same of names and lines that nobody has thought of (SEED=${SEED})`, async () => {
    const random = numbers(SEED);
    const made = (parts: readonly string[], most: number) =>
      Array.from({ length: 1 + (random() % most) }, () => parts[random() % parts.length]).join('');
    const names = Array.from({ length: 400 }, () => made(PARTS, 5));
    const lines = Array.from({ length: 200 }, () => made(LINE_PARTS, 9));
    const asked = [
      ...names.map((name) => {
        const [alone, whole] = [`'${quoted(name)}'`, `'${quoted(name)}@hosted.example'`];
        const yes = (call: string) => `CASE WHEN ${call} THEN 'yes' ELSE 'no' END`;
        return `SELECT ${yes(`is_address(small(${whole}))`)}, ${yes(`is_ours(${alone})`)},
          coalesce(against_name(small(${whole})), '-'), person_of(${whole}),
          CASE WHEN local_part(small(${whole})) IS NULL THEN '-' ELSE likeness_of(${alone}) END`;
      }),
      ...lines.map((line) => `SELECT coalesce(against_hash('${quoted(line)}'), '-')`),
    ];
    const [postgresql = [], mariadb = []] = await Promise.all(
      both.map(({ database }) => Promise.all(asked.map((one) => database.sql(one)))),
    );
    for (const [n, one] of asked.entries()) {
      // A tab of a name is taken for one between columns there.
      const said = postgresql[n]?.replaceAll('\t', '|');
      expect({ one, said: mariadb[n] }).toEqual({ one, said });
    }
    expect(new Set(postgresql).size).toBeGreaterThan(100);
  });
});

const PARTS = [
  ...['admin', 'nic', 'support', 'rn', 'vv', 'as', 'owner', 'bounce', 'request', 'it', 'root', 's'],
  ...['0', '1', '7', '-', '.', '_', '..', '+', '@', "'", ' ', 'K', 'Ad', '\u00e9', '\u212a', '\t'],
  ...['\u200b', '\ud83d\ude00', 'x'.repeat(60), '%', '|', '/', '=', '~', '\n'],
];
const LINE_PARTS = [
  ...['{BLF-CRYPT}', '{CRYPT}', '{SHA512-CRYPT}', '{ARGON2ID}', '$2y$05$', '$2b$13$', '$2y$31$'],
  ...['$6$', 'rounds=5000$', 'rounds=999$', 'a'.repeat(53), 'b'.repeat(86), 'c'.repeat(16), '$'],
  ...[
    '$argon2id$v=19$m=65536,t=3,p=1$',
    '$argon2i$v=19$m=8191,t=3,p=1$',
    'd'.repeat(22),
    '\n',
    ' ',
  ],
  ...['{BLF-CRYPT}$2y$05$', '{SHA512-CRYPT}$6$', '{ARGON2ID}$argon2id$v=19$m=8192,t=10,p=1$'],
];

const quoted = (text: string) => text.replaceAll("'", "''");

function texts(values: readonly (string | undefined)[]): string {
  return values.map((value = '') => `'${quoted(value)}'`).join(', ');
}

/** Without what is made by chance, or by the clock. */
function comparable(said: string): unknown {
  const text = JSON.stringify(JSON.parse(said));
  const secret: unknown = JSON.parse(said).secret;
  const same = typeof secret === 'string' ? text.replaceAll(secret, 'SECRET') : text;
  return JSON.parse(same.replace(/until \d{4}-\d\d-\d\d \d\d:\d\d UTC/g, 'until TIME'));
}

function numbers(seed: number): () => number {
  let state = seed >>> 0;
  return () => {
    state = (Math.imul(state, 1_664_525) + 1_013_904_223) >>> 0;
    return state >>> 8;
  };
}
