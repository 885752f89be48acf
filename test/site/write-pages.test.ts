/** `mailrobot pages`: what is in the folder, for whom, and that it stays right. */
import { execFileSync } from 'node:child_process';
import {
  chmodSync,
  lstatSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  renameSync,
  rmSync,
  statSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import { basename, dirname, join } from 'node:path';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { doChores } from '../../src/jobs/chores.ts';
import { ofPerson } from '../../src/journal/erasing/erasure.ts';
import { namesBy } from '../../src/site/names.ts';
import { BOB, EVE, KAY, NIC } from '../kit/config.ts';
import { Desk } from '../kit/desk.ts';
import { MIXED, parts } from '../kit/mail.ts';
import { choiceOf, roundsOf, SEED } from '../kit/random.ts';
import { randomMail } from '../kit/random-mails.ts';
import { ALL_SCOPES, Folder, NAMES } from './pages-of.ts';

let desk: Desk;
let folder: Folder;
beforeEach(() => {
  desk = new Desk();
  folder = new Folder();
});
afterEach(() => folder.remove());

const TOKEN = /[a-z2-7]{16}(?=@)/;
const FILE_OF_THEIRS = 'Content-Type: text/html\nContent-Disposition: attachment; filename=a.html';
const TWO_QUEUES = {
  queues: [
    { prefix: 'SUPPORT', address: 'new', name: 'Support', first: 7102 },
    { prefix: 'BILLING', address: 'billing', name: 'Billing', first: 1 },
  ],
};

describe('what they show', () => {
  test('by itself figures alone: no name, no subject, no word of a mail', async () => {
    await desk.deliver({ subject: 'Zebra', text: 'My walrus' });
    await desk.answer(7102, 'An ostrich');
    await folder.write(desk, []);
    expect([...folder.pages.keys()]).toEqual(['index.html']);
    expect(folder.page('index.html')).toContain('SUPPORT');
    expect(folder.everything).not.toMatch(/zebra|walrus|ostrich|ferrier|7102/i);
  });

  test('with tickets: open ones first on the front, and a page for each', async () => {
    await desk.deliver({ subject: 'Zebra', text: 'My walrus' });
    await desk.deliver({ from: KAY, subject: 'Heron', text: 'A stork' });
    await desk.order(7103, 'close');
    await folder.write(desk, ['tickets']);
    const front = folder.page('index.html');
    expect(front).toContain('Zebra');
    expect(front).toContain(`href="${NAMES.ticket('SUPPORT-7102')}"`);
    expect(front).not.toContain('Heron');
    const all = folder.list('tickets SUPPORT 71');
    expect(all.indexOf('Heron')).toBeLessThan(all.indexOf('Zebra'));
    expect(folder.ticket('SUPPORT-7102')).toContain('My walrus');
    expect(folder.ticket('SUPPORT-7103')).toContain('resolved');
  });

  test('a snoozed ticket is last of the open ones, and waits for nobody until its time', async () => {
    await desk.deliver({ subject: 'Zebra' });
    desk.wait(60_000);
    await desk.deliver({ from: KAY, subject: 'Heron' });
    await desk.during(({ store }) => store.noteRun('timer'));
    await desk.order(7102, 'snooze until monday 9:00', 'bob');
    await folder.write(desk, ['tickets']);
    const front = folder.page('index.html');
    expect(front).toContain('1 open, 1 of them wait for us, and 1 snoozed');
    expect(front.indexOf('Heron')).toBeLessThan(front.indexOf('Zebra'));
    expect(front).toContain('snoozed until');
    const facts =
      /<dt>Snoozed<\/dt><dd>until <time [^>]*>2026-11-23 09:00 UTC<\/time>, by bob<\/dd>/;
    expect(folder.ticket('SUPPORT-7102')).toMatch(facts);
    desk.now = new Date('2026-11-23T09:01:00Z');
    await desk.during((context) => doChores({ ...context, now: () => desk.now }));
    await folder.write(desk, ['tickets']);
    expect(folder.page('index.html')).toContain('2 open, 2 of them wait for us<');
    expect(folder.ticket('SUPPORT-7102')).not.toContain('<dt>Snoozed');
  });

  test('a ticket shows who did what when', async () => {
    await desk.deliver({ text: 'Hello' });
    await desk.answer(7102, 'Try again.', 'bob');
    await desk.order(7102, 'assign kim', 'bob');
    await folder.write(desk, ['tickets']);
    const page = folder.ticket('SUPPORT-7102');
    expect(page).toContain('<td class="who">bob</td><td>gave it to kim</td>');
    expect(page).toContain('<td class="who">bob</td><td>wrote #');
  });

  test('notes and held mail only where they are asked for', async () => {
    await desk.deliver({ text: 'Hello' });
    await desk.order(7102, 'note Beware of the badger');
    await desk.deliver({ from: EVE, to: 'support-7102', subject: 'Weasel', text: 'Let me in' });
    expect(desk.held()).toHaveLength(1);
    await folder.write(desk, ['tickets']);
    expect(folder.everything).not.toMatch(/badger|weasel|note by|wrote note/i);
    await folder.write(desk, ['tickets', 'notes']);
    expect(folder.ticket('SUPPORT-7102')).toContain('Beware of the badger');
    expect(folder.everything).not.toContain('Weasel');
    await folder.write(desk, ['tickets', 'held']);
    expect(folder.list('held')).toContain('Weasel');
    expect(folder.everything).not.toMatch(/badger/i);
    await folder.write(desk, []);
    expect([...folder.pages.keys()]).toEqual(['index.html']);
  });

  test('what a stranger wrote is text, and a file of theirs is named and not there', async () => {
    const text = '<script>alert(1)</script><img src=x onerror=alert(1)>';
    await desk.deliver({
      subject: '</title><script>1</script>',
      more: MIXED,
      text: parts(
        ['Content-Type: text/plain', text],
        [FILE_OF_THEIRS, '<b>secret of the file</b>'],
      ),
    });
    await folder.write(desk);
    expect(folder.everything).not.toMatch(/<script|<img/);
    expect(folder.ticket('SUPPORT-7102')).toContain('a.html, text/html');
    expect(folder.everything).not.toContain('secret of the file');
  });

  test('no address that was signed for somebody stands in a page', async () => {
    await desk.deliver({ text: 'Hello' });
    const given = desk.lastTo(BOB).replyTo;
    expect(given).toMatch(/-[akn]-/);
    await desk.deliver({ from: KAY, subject: given, text: `I found ${given} and\n> ${given}` });
    const broken = given.replace(/-(?=[a-z2-7]{16}@)/, '-\n> ');
    await desk.deliver({ from: KAY, text: `mailto:${given.replace('@', '%40')}\n${broken}` });
    await folder.write(desk);
    const token = TOKEN.exec(given)?.[0] ?? given;
    expect(folder.ticket('SUPPORT-7104')).toContain('[address]');
    expect(folder.everything).not.toContain(token);
  });
});

describe('what somebody else puts in its place', () => {
  const PAGE = NAMES.ticket('SUPPORT-7102');
  const inFolder = (path: string) => join(folder.path, path);
  const elsewhere = () => join(folder.above, 'out');
  const THEIRS = `${'0'.repeat(30)}.html`;

  beforeEach(async () => {
    await desk.deliver({ text: 'Hello' });
    await folder.write(desk);
    mkdirSync(elsewhere());
    writeFileSync(join(elsewhere(), THEIRS), 'theirs');
  });

  test('a link for a folder of pages: nothing is written or removed behind it', async () => {
    rmSync(inFolder(dirname(PAGE)), { recursive: true });
    symlinkSync('../out', inFolder(dirname(PAGE)));
    await desk.answer(7102, 'An ostrich');
    await expect(folder.write(desk)).rejects.toThrow(/is not a folder of ours/);
    expect(readdirSync(elsewhere())).toEqual([THEIRS]);
    rmSync(inFolder(dirname(PAGE)));
    await folder.write(desk);
    expect(folder.ticket('SUPPORT-7102')).toContain('An ostrich');
  });

  test('a link for a folder that no page is in: it stays, and what is behind it', async () => {
    const shard = ['5d', '5e'].find((name) => name !== dirname(PAGE)) ?? '';
    symlinkSync('../out', inFolder(shard));
    await folder.write(desk, []);
    expect(readdirSync(elsewhere())).toEqual([THEIRS]);
    expect(lstatSync(inFolder(shard)).isSymbolicLink()).toBe(true);
  });

  test('a file with the name of a folder of pages: it stays, and no run fails for it', async () => {
    const shard = ['ab', 'ac'].find((name) => name !== dirname(PAGE)) ?? '';
    writeFileSync(inFolder(shard), 'theirs');
    await folder.write(desk, ['tickets']);
    await folder.write(desk, []);
    expect(readFileSync(inFolder(shard), 'utf8')).toBe('theirs');
  });

  test('a link for a page, also to the same words: the page is there again', async () => {
    const paths = [PAGE, 'index.html', '.mailrobot-pages.json'];
    const before = paths.map((path) => readFileSync(inFolder(path), 'utf8'));
    for (const path of paths) {
      renameSync(inFolder(path), join(elsewhere(), basename(path)));
      symlinkSync(join(elsewhere(), basename(path)), inFolder(path));
    }
    await folder.write(desk);
    for (const path of paths) expect(lstatSync(inFolder(path)).isFile(), path).toBe(true);
    const after = paths.map((path) => readFileSync(join(elsewhere(), basename(path)), 'utf8'));
    expect(after).toEqual(before);
  });

  test('a link for the lock: nothing is made where it leads', async () => {
    rmSync(inFolder('.mailrobot-pages'));
    symlinkSync(join(elsewhere(), 'new'), inFolder('.mailrobot-pages'));
    await expect(folder.write(desk)).rejects.toThrow(/\.mailrobot-pages is a link/);
    expect(readdirSync(elsewhere())).toEqual([THEIRS]);
  });

  test('a pipe for a page: nobody waits for who writes into it', async () => {
    rmSync(inFolder(PAGE));
    execFileSync('mkfifo', [inFolder(PAGE)]);
    await folder.write(desk, ['tickets']);
    expect(folder.ticket('SUPPORT-7102')).toContain('Hello');
  });
});

describe('every page', () => {
  test('has a policy that lets nothing in but its own style, and is not to be listed', async () => {
    await desk.deliver({ text: 'Hello' });
    await folder.write(desk);
    for (const [path, page] of folder.pages) {
      expect(page, path).toContain(`content="default-src &#39;none&#39;; style-src &#39;sha256-`);
      expect(page).not.toContain('unsafe');
      expect(page).toContain('<meta name="robots" content="noindex, nofollow">');
      expect(page).toContain('<meta name="referrer" content="no-referrer">');
      expect(page).not.toMatch(/<script| style=|<link|https?:/);
      expect(page.match(/<h1/g)).toHaveLength(1);
    }
  });

  test('leads to pages that are there', async () => {
    desk.configure(TWO_QUEUES);
    await desk.deliver({ text: 'one' });
    await desk.deliver({ from: KAY, text: 'two' });
    await desk.order(7103, 'merge 7102 together');
    await folder.write(desk);
    const found = folder.pages;
    for (const [path, page] of found) {
      const links = [...page.matchAll(/href="([^"#]+)"/g)].map(([, to = '']) =>
        join(path, '..', to),
      );
      expect(links.length, path).toBeGreaterThan(1);
      for (const link of links) expect([...found.keys()], path).toContain(link);
    }
  });
});

describe('names', () => {
  test('nobody can guess one, and they are the same after another run and with a new key', async () => {
    await desk.deliver({ text: 'Hello' });
    await folder.write(desk);
    const names = folder.files.filter((name) => !name.startsWith('.') && name !== 'index.html');
    for (const name of names)
      expect(name).toMatch(/^([0-9a-f]{2}\/[0-9a-f]{30}|[0-9a-f]{32})\.html$/);
    await folder.write(desk);
    expect(folder.files.filter((name) => names.includes(name))).toEqual(names);
    const rotated = namesBy({ secrets: ['00'.repeat(32), 'ab'.repeat(32)] });
    const before = namesBy({ secrets: ['ab'.repeat(32)] });
    expect(rotated.ticket('SUPPORT-7102')).toBe(before.ticket('SUPPORT-7102'));
    const other = namesBy({ secrets: ['cd'.repeat(32)] });
    expect(other.ticket('SUPPORT-7102')).not.toBe(before.ticket('SUPPORT-7102'));
  });

  test('files are for owner and group, and what the folder is up to for its owner', async () => {
    await desk.deliver({ text: 'Hello' });
    await folder.write(desk);
    const modeOf = (path: string) => (statSync(join(folder.path, path)).mode & 0o777).toString(8);
    expect(modeOf('.')).toBe('750');
    for (const file of folder.files)
      expect(modeOf(file), file).toBe(file.startsWith('.') ? '600' : '640');
    expect(modeOf(join(NAMES.ticket('SUPPORT-7102'), '..'))).toBe('750');
  });
});

describe('a folder', () => {
  test('that holds files of others is refused, and they stay', async () => {
    mkdirSync(folder.path);
    writeFileSync(join(folder.path, 'index.html'), 'mine');
    await expect(folder.write(desk)).rejects.toThrow('has files that are not ours');
    expect(folder.files).toEqual(['index.html']);
    expect(folder.page('index.html')).toBe('mine');
  });

  test('that is empty is taken, and what others put there later stays', async () => {
    mkdirSync(folder.path);
    chmodSync(folder.path, 0o755);
    await desk.deliver({ text: 'Hello' });
    await folder.write(desk);
    writeFileSync(join(folder.path, '.htaccess'), 'Require valid-user');
    writeFileSync(join(folder.path, 'logo.png'), 'png');
    symlinkSync('logo.png', join(folder.path, 'link.png'));
    await folder.write(desk, []);
    expect(folder.files).toEqual([
      ...['.htaccess', '.mailrobot-pages', '.mailrobot-pages.json', 'index.html'],
      ...['link.png', 'logo.png'],
    ]);
  });

  test('that has pages of another desk is refused', async () => {
    await folder.write(desk);
    const [config] = [desk.config];
    const { store, log } = new Desk().opened;
    const other = Object.create(log, {
      epochs: { value: async () => [{ name: 'ffffffffffffffff', first: 1 }] },
    });
    const { writePages } = await import('../../src/site/write-pages.ts');
    const of = { config, store, log: other, scopes: [], now: desk.now, htmlOf: async () => null };
    await expect(writePages(folder.path, of, 'always')).rejects.toThrow('pages of another desk');
  });

  test('says up to which commit it is', async () => {
    await desk.deliver({ text: 'Hello' });
    const { commit } = await folder.write(desk);
    expect(commit).toBe(await desk.opened.log.last());
    expect(folder.page('index.html')).toContain(`As of commit ${commit}, 2026-11-20 10:00 UTC`);
  });
});

describe('what is done to a ticket', () => {
  test('an erased person is nowhere', async () => {
    await desk.deliver({ subject: 'Zebra', text: 'My walrus' });
    await desk.deliver({ from: KAY, text: 'Nic has a walrus' });
    await desk.order(7103, `cc +${NIC}`);
    await desk.order(7103, `cc -${NIC}`);
    await folder.write(desk);
    expect(folder.everything).toContain(NIC);
    await desk.erase(ofPerson(NIC));
    await folder.write(desk, ALL_SCOPES, 'seldom');
    expect(folder.everything).not.toContain(NIC);
    expect(folder.everything).not.toMatch(/zebra|my walrus/i);
    expect(folder.ticket('SUPPORT-7103')).toContain('Nic has a walrus');
  });

  test('a merged one says what it is part of, and is not open', async () => {
    await desk.deliver({ text: 'one' });
    await desk.deliver({ text: 'two' });
    await folder.write(desk);
    await desk.order(7103, 'merge 7102');
    await folder.write(desk);
    expect(folder.ticket('SUPPORT-7103')).toContain(
      `It is part of <a href="../${NAMES.ticket('SUPPORT-7102')}">SUPPORT-7102</a> now.`,
    );
    expect(folder.page('index.html')).not.toContain('>SUPPORT-7103<');
  });

  test('one that was moved stays where it was, and has its new name', async () => {
    desk.configure(TWO_QUEUES);
    await desk.deliver({ text: 'one' });
    await folder.write(desk);
    await desk.order(7102, 'move BILLING');
    await folder.write(desk);
    expect(folder.ticket('SUPPORT-7102')).toContain('<h1>BILLING-1: ');
    expect(folder.list('tickets BILLING 0')).toContain('BILLING-1');
    expect([...folder.pages.keys()]).not.toContain(NAMES.list('tickets SUPPORT 71'));
  });
});

describe('lists of several pages', () => {
  async function anew(): Promise<ReadonlyMap<string, string>> {
    const again = new Folder();
    await again.write(desk);
    const { pages } = again;
    again.remove();
    return pages;
  }

  test('open tickets lead from page to page, and pages that are too many go', async () => {
    for (let n = 0; n < 203; n += 1) {
      await desk.deliver({ from: `c${n}@many.example`, subject: `Matter ${n}`, text: `${n}` });
    }
    await folder.write(desk);
    const front = folder.page('index.html');
    expect(front).toMatch(/203 open, 203 of them wait for us, page 1 of [2-4]</);
    const links = [...front.matchAll(/<li><a href="([^"]+)">(\d+)</g)].map(([, to = '']) => to);
    const others = links.map((to) => folder.page(to));
    expect([front, ...others].map((page) => page.match(/>Matter \d+</g)?.length ?? 0)).toEqual(
      [front, ...others].map(() => expect.toSatisfy((rows: number) => rows > 0 && rows <= 200)),
    );
    const all = [front, ...others].flatMap((page) => page.match(/Matter \d+/g) ?? []);
    expect(all).toEqual(Array.from({ length: 203 }, (_, n) => `Matter ${n}`));
    expect(others.at(-1)).toContain('>Previous<');
    expect(others.at(-1)).not.toContain('>Next<');
    for (let n = 0; n < 190; n += 1) await desk.order(7102 + n, 'close');
    await folder.write(desk);
    expect(folder.page('index.html')).toContain('13 open, 13 of them wait for us<');
    expect(folder.pages).toEqual(await anew());
  });

  test('held mail is on pages of fifty', async () => {
    await desk.deliver({ text: 'Hello' });
    for (let n = 0; n < 103; n += 1) {
      const mail = { from: `e${n}@many.example`, to: 'support-7102', text: 'Let me in' };
      await desk.deliver({ ...mail, subject: `Weasel ${n}` });
    }
    await folder.write(desk);
    const pages = ['held', 'held 2', 'held 3'].map((name) => folder.list(name));
    expect(pages.map((page) => page.match(/<article/g)?.length)).toEqual([50, 50, 3]);
    expect(pages[1]).toContain('103 mails, page 2 of 3');
    expect(pages[1]).toContain(`<a href="${NAMES.list('held 3')}">3</a>`);
    for (const { id } of desk.held().slice(0, 60)) await desk.release(id);
    await folder.write(desk);
    expect(folder.list('held').match(/<article/g)).toHaveLength(43);
    expect([...folder.pages.keys()]).not.toContain(NAMES.list('held 3'));
    expect(folder.pages).toEqual(await anew());
  });

  test('a run that was killed leaves no page that no list leads to', async () => {
    await desk.deliver({ text: 'Hello' });
    await folder.write(desk);
    const stray = NAMES.list('open SUPPORT-1');
    writeFileSync(join(folder.path, stray), 'of a run that was killed');
    await folder.write(desk);
    expect([...folder.pages.keys()]).toContain(stray);
    mkdirSync(join(folder.path, '.mailrobot-pages.new'));
    await desk.deliver({ from: KAY, text: 'Hello' });
    await folder.write(desk);
    expect([...folder.pages.keys()]).not.toContain(stray);
    expect(folder.pages).toEqual(await anew());
  });
});

test(`brought up to date again and again, it is what it would be if it were written anew (seed ${SEED})`, async () => {
  desk.configure(TWO_QUEUES);
  for (let round = 0; round < roundsOf(4); round += 1) {
    const choose = choiceOf(SEED + round);
    const one = new Folder();
    const fresh = new Folder();
    const worked = new Desk(TWO_QUEUES);
    for (const from of [NIC, KAY, KAY, NIC, EVE]) await worked.deliver({ from, text: 'Hello' });
    for (let n = 0; n < 40; n += 1) {
      await worked.deliver(randomMail(choose, worked.letters));
      if (choose.number(9) === 0) {
        for (const { id } of worked.held().slice(0, 1)) await worked.release(id);
      }
      if (n === 25) await worked.erase(ofPerson(KAY));
      if (choose.number(4) === 0) await one.write(worked);
    }
    await one.write(worked);
    await fresh.write(worked);
    expect(one.pages, `seed ${SEED + round}`).toEqual(fresh.pages);
    const tokens = worked.letters.flatMap(({ replyTo }) => TOKEN.exec(replyTo) ?? []);
    expect(tokens.length).toBeGreaterThan(0);
    const shown = one.everything;
    expect(tokens.filter((token) => shown.includes(token))).toEqual([]);
    one.remove();
    fresh.remove();
  }
}, 120_000);
