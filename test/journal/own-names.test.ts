/** What a commit says of itself gets its number, and what others say stays as they said it. */
import { expect, test } from 'vitest';
import { numbered, OWN_NUMBER, OWN_PATHS } from '../../src/journal/own-names.ts';
import type { Change } from '../../src/ticket/change.ts';
import { outgoingTo } from '../kit/outgoing.ts';

const file = (path: string, filename = 'a.txt') => ({
  ...{ path, filename, contentType: 'text/plain', size: 1, sha256: 'x' },
});

test('its own mail, the copies of what goes out, and the mail that it holds', () => {
  const changes: readonly Change[] = [
    {
      type: 'mail.held',
      mail: {
        ...{ id: OWN_NUMBER, from: null, date: '', subject: '', queue: 'SUPPORT', ticket: null },
        ...{ reason: { check: 'spam', evidence: '' }, raw: OWN_PATHS.rawIn },
      },
    },
    { ...PROVEN, raw: OWN_PATHS.rawIn },
    { ...NOTE, written: OWN_PATHS.rawIn, attachments: [file(OWN_PATHS.rawIn)] },
  ];
  const letter = {
    attachments: [file(OWN_PATHS.rawIn), file('tickets/1/A-1/attachments/1-1.txt')],
  };
  const made = numbered({ changes, outgoing: [outgoingTo('a@b.example', { letter })] }, 12_345);
  expect(made.changes).toMatchObject([
    { mail: { id: 12_345, raw: 'raw/000012/12345-in.eml' } },
    { raw: 'raw/000012/12345-in.eml' },
    {
      written: 'raw/000012/12345-in.eml',
      attachments: [{ path: 'raw/000012/12345-in.eml' }],
    },
  ]);
  expect(made.outgoing).toMatchObject([
    {
      letter: {
        attachments: [
          { path: 'raw/000012/12345-in.eml' },
          { path: 'tickets/1/A-1/attachments/1-1.txt' },
        ],
      },
    },
  ]);
  const copy = { ...PROVEN, raw: OWN_PATHS.rawOut(3) };
  expect(numbered({ changes: [copy], outgoing: [] }, 7).changes).toEqual([
    { ...PROVEN, raw: 'raw/000000/7-out-3.eml' },
  ]);
});

test('mail of other commits, and whatever somebody writes, is left as it is', () => {
  const said: readonly Change[] = [
    { ...PROVEN, raw: 'raw/000000/3-in.eml' },
    {
      ...NOTE,
      text: OWN_PATHS.rawIn,
      attachments: [file('raw/000000/3-in.eml', 'raw/own-in.eml')],
    },
  ];
  expect(numbered({ changes: said, outgoing: [] }, 7).changes).toEqual(said);
});

const PROVEN = {
  type: 'message.proven',
  ticket: 'A-1',
  serial: 1,
  from: 'claimed',
  to: 'thread',
} as const;
const NOTE = { type: 'note.added', ticket: 'A-1', serial: 2, by: 'kim', text: 'x' } as const;
