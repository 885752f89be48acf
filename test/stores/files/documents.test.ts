/** The document of a ticket, read again and again while others write it. */
import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { expect, test } from 'vitest';
import { ticketDirectory } from '../../../src/journal/paths.ts';
import { Documents } from '../../../src/stores/files/documents.ts';
import { Folders } from '../../../src/stores/files/folders.ts';
import { Hold } from '../../../src/stores/files/hold.ts';
import { UNSORTED } from '../../../src/ticket/apply-change.ts';

test('what somebody else has written since is seen, also if it is as long', () => {
  const root = mkdtempSync(join(tmpdir(), 'mailrobot-documents-'));
  try {
    const id = 'SUPPORT-7102';
    const path = join(root, ticketDirectory(id), 'ticket.json');
    mkdirSync(dirname(path), { recursive: true });
    const ticket = { ...UNSORTED, id, subject: 'one', messages: [], waiting: null };
    writeFileSync(path, JSON.stringify({ v: 1, seq: 1, ...ticket }));
    const documents = new Documents(root, new Folders(new Hold()));
    expect(documents.read(id)).toMatchObject({ seq: 1, ticket: { subject: 'one' } });
    expect(documents.read(id)).toMatchObject({ seq: 1, ticket: { subject: 'one' } });
    writeFileSync(path, readFileSync(path, 'utf8').replace('one', 'two'));
    expect(documents.read(id)).toMatchObject({ seq: 1, ticket: { subject: 'two' } });
    writeFileSync(path, 'torn');
    expect(() => documents.read(id)).toThrow('not JSON');
    rmSync(path);
    expect(documents.read(id)).toBeNull();
  } finally {
    rmSync(root, { recursive: true });
  }
});
