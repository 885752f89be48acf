/** A list that is a row of the table and nothing else: written, checked and rebuilt like the others. */
import { mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import type * as Table from '../../../src/journal/lists/table.ts';
import { compose } from '../../../src/letters/compose.ts';
import { createStore } from '../../../src/stores/files/create-store.ts';
import { FileStore } from '../../../src/stores/files/file-store.ts';
import { maintenanceOf } from '../../../src/stores/files/maintenance.ts';
import type { Change } from '../../../src/ticket/change.ts';
import type { TicketId } from '../../../src/ticket/ticket.ts';

vi.mock('../../../src/journal/lists/table.ts', async (original) => {
  const table = await original<typeof Table>();
  const { tags, assigned } = await import('./planted.ts');
  return {
    ...table,
    LISTS: { ...table.LISTS, tags },
    TICKET_LISTS: { ...table.TICKET_LISTS, assigned },
  };
});

let root: string;
beforeEach(() => {
  root = mkdtempSync(join(tmpdir(), 'mailrobot-planted-list-'));
  createStore(root);
});
afterEach(() => rmSync(root, { recursive: true, force: true }));

const ticket: TicketId = 'SUPPORT-7102';
const options = () => ({ root, now: () => new Date(), extract: async () => {}, compose });
const commit = (...changes: readonly Change[]) =>
  new FileStore(options()).exclusive((to) => to.commit({ changes, outgoing: [] }));
const tagged = (added: readonly string[], removed: readonly string[] = []): Change => {
  return { type: 'ticket.tagged', ticket, added, removed, by: 'kim' };
};
const given = (from: string | null, to: string | null): Change => {
  return { type: 'ticket.assigned', ticket, from, to, by: 'kim' };
};
const files = () => readdirSync(join(root, 'tags')).map((name) => join('tags', name));
const rows = () => files().map((file) => JSON.parse(readFileSync(join(root, file), 'utf8')));
const problems = async () =>
  (await maintenanceOf(options()).check()).findings.map(
    ({ file, problem }) => `${file} ${problem}`,
  );

async function begin(): Promise<void> {
  const created = { number: 7102, queue: 'SUPPORT', subject: 'x', requester: null };
  await commit({ type: 'ticket.created', ticket, ...created }, tagged(['urgent', 'vip']));
  await commit(tagged([], ['vip']), given(null, 'kim'));
}

test('the writer puts its rows, changes and deletes them', async () => {
  await begin();
  expect(rows()).toEqual([{ tag: 'urgent', ticket }]);
  expect(readdirSync(join(root, 'assigned/71'))).toEqual([ticket]);
  await commit(given('kim', null));
  expect(readdirSync(join(root, 'assigned'))).toEqual([]);
  expect(await problems()).toEqual([]);
});

test('fsck names a row that is wrong, one too many and one that is missing, and a rebuild mends them', async () => {
  await begin();
  const [file = ''] = files();
  const good = readFileSync(join(root, file), 'utf8');
  writeFileSync(join(root, file), good.replace('7102', '7103'), { mode: 0o600 });
  expect(await problems()).toEqual([`${file} is not what was committed`]);
  rmSync(join(root, file));
  rmSync(join(root, `assigned/71/${ticket}`));
  writeFileSync(join(root, 'tags/other.json'), '{}', { mode: 0o600 });
  expect(await problems()).toEqual([
    `${file} is missing`,
    'tags/other.json should not be there any more, or never',
    `assigned/71/${ticket} is missing`,
  ]);
  await maintenanceOf(options()).rebuild();
  expect(await problems()).toEqual([]);
  expect(files()).toEqual([file]);
  expect(readFileSync(join(root, file), 'utf8')).toBe(good);
});
