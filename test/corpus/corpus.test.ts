/**
 * Every mail of the shared corpus, many of them broken on purpose, and every mail
 * of our own goes in: kept, readable, and shown without a control character.
 * The same in another locale and time zone, through the built program.
 */
import { readFileSync } from 'node:fs';
import { basename, relative } from 'node:path';
import { describe, expect, test } from 'vitest';
import { DEFAULT_LIMITS } from '../../src/config/limits.ts';
import { OUTCOMES } from '../../src/outcome.ts';
import { makeDesk, ROOT } from '../process/desk.ts';
import { problemsAfter } from './check.ts';
import { missing, ownMails, parsed, sharedMails } from './mails.ts';
import { makePipeLine } from './pipe-line.ts';

/** Mails of the corpus tried as a process; each takes two starts of node. */
const EVERY = 20;

async function deliverAll(mails: readonly string[]) {
  const line = makePipeLine();
  const problems: string[] = [];
  const ends = new Map<string, number>();
  let faults = 0;
  try {
    for (const file of mails) {
      const mail = readFileSync(file);
      const end = await line.deliver(mail);
      ends.set(end, (ends.get(end) ?? 0) + 1);
      if (OUTCOMES[end].exit !== 0) problems.push(`${file}: ${end}`);
      if (end === 'duplicate' || end === 'empty') continue;
      problems.push(...(await problemsAfter(mail, line)).map((problem) => `${file}: ${problem}`));
      faults += line.last().changes.some(isFaulty) ? 1 : 0;
    }
  } finally {
    line.remove();
  }
  const counts = [...ends].map(([end, count]) => `${count} ${end}`).join(', ');
  console.log(`${mails.length} mails: ${counts}; ${faults} shown with a fault`);
  return problems;
}

const EVERYTHING = {
  address: { count: 100_000 },
  domain: { count: 100_000 },
  total: { count: 100_000 },
  firstTime: { count: 100_000 },
};

function isFaulty(change: object): boolean {
  return JSON.stringify(change).includes('"fault":');
}

/** They come with the null sender, but neither say who failed nor return a mail in a form. */
const NO_REPORTS = [
  'arf-24.eml',
  'lhost-amazonses-09.eml',
  'lhost-apachejames-01.eml',
  'lhost-fml-02.eml',
];

test('our own mails are kept and shown', async () => {
  expect(await deliverAll(ownMails())).toEqual([]);
}, 120_000);

describe.skipIf(missing !== undefined)(`the shared corpus ${missing ?? ''}`, () => {
  test('every mail is kept and shown', async () => {
    expect(sharedMails().length).toBeGreaterThan(350);
    expect(await deliverAll(sharedMails())).toEqual([]);
  }, 300_000);

  test('every bounce with an empty sender is kept and makes no mail; without a report it is held', async () => {
    const bounces = sharedMails().filter((file) => file.includes('/bounces/'));
    expect(bounces.length).toBeGreaterThan(100);
    const line = makePipeLine({ config: { caps: EVERYTHING } });
    const ends = new Map<string, number>();
    const held: string[] = [];
    try {
      for (const file of bounces) {
        const environment = { SENDER: '', RECIPIENT: 'new@support-ticket.example' };
        const end = await line.deliver(readFileSync(file), environment);
        ends.set(end, (ends.get(end) ?? 0) + 1);
        const { changes, outgoing } = line.last();
        expect(outgoing, file).toEqual([]);
        expect(
          changes.map(({ type }) => type),
          file,
        ).toEqual([end === 'held' ? 'mail.held' : 'mail.recorded']);
        if (end === 'held') held.push(basename(file));
      }
    } finally {
      line.remove();
    }
    expect([...ends.keys()].sort()).toEqual(['duplicate', 'held', 'recorded']);
    expect(held.sort()).toEqual(NO_REPORTS);
  }, 120_000);

  test('what the real reports say of recipients is read', async () => {
    const read = { reports: 0, failed: 0, status: 0, returned: 0 };
    for (const file of sharedMails().filter((name) => name.includes('/bounces/'))) {
      const { report } = await parsed(file, DEFAULT_LIMITS);
      if (report === null) continue;
      read.reports += 1;
      read.failed += report.recipients.some(({ action }) => action === 'failed') ? 1 : 0;
      read.status += report.recipients.some(({ status }) => status !== null) ? 1 : 0;
      read.returned += report.messageIds.length > 0 ? 1 : 0;
    }
    console.log(`bounces read: ${JSON.stringify(read)}`);
    expect(read.failed).toBeGreaterThan(50);
  });

  test('a locale and a time zone change nothing', async () => {
    const mails = [...ownMails(), ...sharedMails().filter((_, n) => n % EVERY === 0)];
    const [here, there] = [await makeDesk(), await makeDesk()];
    try {
      for (const file of mails) {
        const input = readFileSync(file);
        const ended = [
          await here.run(['new'], { input, env: { LC_ALL: 'C', TZ: 'UTC' } }),
          await there.run(['new'], {
            input,
            env: { LC_ALL: 'tr_TR.UTF-8', LANG: 'ja_JP.SJIS', TZ: 'Pacific/Apia' },
          }),
        ];
        expect(ended, relative(ROOT, file)).toEqual([QUIET, QUIET]);
      }
      const [one, other] = [await here.run(LIST), await there.run(LIST)];
      const tickets: { id: string }[] = JSON.parse(one.stdout);
      expect(withoutClock(other.stdout)).toBe(withoutClock(one.stdout));
      for (const { id } of tickets) {
        const [shown, shownThere] = [
          await here.run(['ticket', 'show', id, '--json']),
          await there.run(['ticket', 'show', id, '--json']),
        ];
        expect(withoutClock(shownThere.stdout)).toBe(withoutClock(shown.stdout));
      }
    } finally {
      here.remove();
      there.remove();
    }
  }, 600_000);
});

const QUIET = { exit: 0, signal: null, stdout: '', stderr: '' };
const LIST = ['ticket', 'list', '--all', '--json', '--limit', '10000'];

/** The clock of this run; dates of mails that have one are years away. */
function withoutClock(json: string): string {
  const today = new Date().toISOString().slice(0, 10);
  return json
    .replace(/"(createdAt|updatedAt|since)": "[^"]*"/g, '"$1": ""')
    .replaceAll(new RegExp(`"date": "${today}T[^"]*"`, 'g'), '"date": ""');
}
