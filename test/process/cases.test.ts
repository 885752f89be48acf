/**
 * Every folder of fixtures/cases is one scenario, run through the built
 * program as a process.
 *
 * `case.json` says what is done and how it must end; `in.eml` is the mail;
 * `ticket.json` and `reply.eml` are what must come of it, with the times of
 * the run taken out. `vitest -u` writes the last two for a new case: read them
 * before you commit them.
 */
import { chmodSync, chownSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { afterEach, describe, expect, test } from 'vitest';
import { recordsOf } from '../kit/journal.ts';
import { deliverCase, filesBelow, makeDesk, ROOT, type TestDesk } from './desk.ts';

interface Case {
  /** What is promised, in the user's words. */
  readonly about: string;
  /** Cases whose mail is delivered before, in order. */
  readonly before?: readonly string[];
  readonly arrange?: 'no config' | 'read-only store' | 'no sendmail';
  readonly args: readonly string[];
  readonly env?: Readonly<Record<string, string>>;
  readonly exit: 0 | 75;
  /** The mail has been delivered before: nothing new is kept. */
  readonly duplicate?: boolean;
  /** The one line on stdout, or nothing. */
  readonly status?: string;
  /** The ticket to compare with ticket.json; null where there must be none. */
  readonly ticket: string | null;
  /** Why mail that belongs to no ticket was recorded. */
  readonly recorded?: string;
  /** How many mails have gone out in all; the last one is reply.eml. */
  readonly replies: number;
  /** Mails that wait in the outbox. */
  readonly waiting?: number;
}

const FOLDER = join(ROOT, 'fixtures', 'cases');
let desk: TestDesk | undefined;

afterEach(() => {
  desk?.remove();
  desk = undefined;
});

describe('fixtures/cases', () => {
  for (const name of readdirSync(FOLDER).sort()) {
    const scenario = readCase(name);
    test(`${name}: ${scenario.about}`, async () => {
      desk = await makeDesk();
      for (const earlier of scenario.before ?? []) await deliverCase(desk, earlier);
      arrange(desk, scenario);
      const before = raw(desk);
      const ended = await deliverCase(desk, name, desk.run);

      expect(ended.exit).toBe(scenario.exit);
      expect(ended.stdout).toBe(scenario.status === undefined ? '' : `${scenario.status}\n`);
      expect(ended.stderr).toBe('');
      const kept = raw(desk).filter((mail) => !before.some((known) => known.equals(mail)));
      const isKept = scenario.exit === 0 ? mailOf(name).length > 0 : scenario.ticket !== null;
      const isNew = isKept && scenario.duplicate !== true;
      expect(kept.map(String)).toEqual(isNew ? [withoutFromLine(mailOf(name)).toString()] : []);
      expect(filesBelow(join(desk.store, 'incoming'))).toEqual([]);
      expect(lastReason(desk)).toBe(scenario.recorded ?? null);

      const tickets = await desk.run(['ticket', 'list', '--json']);
      if (scenario.ticket === null) {
        if (scenario.arrange !== 'no config') expect(JSON.parse(tickets.stdout)).toEqual([]);
      } else {
        const shown = await desk.run(['ticket', 'show', scenario.ticket, '--json']);
        await expect(withoutTimes(shown.stdout)).toMatchFileSnapshot(
          join(FOLDER, name, 'ticket.json'),
        );
      }
      if (scenario.arrange === undefined) {
        expect(filesBelow(join(desk.store, 'outbox'))).toHaveLength(scenario.waiting ?? 0);
      }
      const sent = desk.sent();
      expect(sent).toHaveLength(scenario.replies);
      const last = sent.at(-1);
      if (last !== undefined && scenario.before === undefined) {
        const reply = `${last.args}\n\n${last.content.replace(/^Date: .*$/m, 'Date: <time>')}`;
        await expect(reply).toMatchFileSnapshot(join(FOLDER, name, 'reply.eml'));
      }
    });
  }
});

function readCase(name: string): Case {
  return JSON.parse(readFileSync(join(FOLDER, name, 'case.json'), 'utf8'));
}

function mailOf(name: string): Buffer {
  return readFileSync(join(FOLDER, name, 'in.eml'));
}

function arrange({ store, config, configure }: TestDesk, scenario: Case): void {
  if (scenario.arrange === 'no config') rmSync(config);
  if (scenario.arrange === 'no sendmail') {
    configure((value) => {
      value['sendmail'] = '/nonexistent/sendmail';
    });
  }
  if (scenario.arrange === 'read-only store') {
    // Root is bound by no mode, but mailrobot as root becomes the owner of the store.
    const directories = ['incoming', 'journal', 'texts', '.'].map((name) => join(store, name));
    if (process.getuid?.() === 0) {
      for (const file of filesBelow(store)) chownSync(join(store, file), 65534, 65534);
      chownSync(store, 65534, 65534);
      chownSync(config, 65534, 65534);
      chmodSync(join(store, '..'), 0o755);
    }
    for (const directory of directories) chmodSync(directory, 0o500);
  }
}

function raw({ store }: TestDesk): readonly Buffer[] {
  return filesBelow(join(store, 'raw'))
    .filter((name) => name.endsWith('-in.eml'))
    .map((name) => readFileSync(join(store, 'raw', name)));
}

/** The reason in the journal's last line, where it records a mail without a ticket. */
function lastReason({ store }: TestDesk): string | null {
  const recorded = recordsOf(store)
    .at(-1)
    ?.changes.find((change) => change.type === 'mail.recorded');
  return recorded?.reason ?? null;
}

function withoutFromLine(mail: Buffer): Buffer {
  return /^From \S+ {2}\w{3} /.test(mail.toString('latin1'))
    ? mail.subarray(mail.indexOf(10) + 1)
    : mail;
}

/** Takes out the times that differ from run to run; those of the mail itself stay. */
function withoutTimes(json: string): string {
  return json
    .replace(/("(?:createdAt|updatedAt|since)": )"[^"]+"/g, '$1"<time>"')
    .replace(/("date": )"(?!2026-01-02T08:25:40)[^"]+"/g, '$1"<time>"');
}
