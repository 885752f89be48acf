/**
 * What the fault lab does to a store, and what must be true of it afterwards.
 *
 * A scenario is one run of the built program on a prepared store. After a fault
 * the same mail is delivered once more, as the MTA would, and the store must
 * hold one ticket, the mail byte for byte, and its reply must have gone out.
 */

import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { compose } from '../../src/letters/compose.ts';
import { FileStore } from '../../src/stores/files/file-store.ts';
import { maintenanceOf } from '../../src/stores/files/maintenance.ts';
import { octetsAt } from '../../src/stores/files/raw-mails.ts';
import { collect } from '../kit/collect.ts';
import { largeMailTo } from '../kit/large-mail.ts';
import { filesBelow, ROOT, type TestDesk } from '../process/desk.ts';
import { extract } from '../stores/files/extract.ts';

export interface Scenario {
  readonly name: string;
  /** Cases of fixtures/cases that are delivered before. */
  readonly before: readonly string[];
  /** A mail to the ticket that comes before, too. It is held. */
  readonly held?: Buffer;
  readonly args: readonly string[];
  readonly input: Buffer;
  /** What Postfix says beside it. */
  readonly env?: Readonly<Record<string, string>>;
  /** Changes of the config, once what comes before has been delivered. */
  readonly config?: Readonly<Record<string, unknown>>;
  /** A robot of the owner, by its script, for which one mail waits. */
  readonly robot?: string;
  /** Tickets and mails sent, in all, when everything is done. */
  readonly tickets: number;
  readonly sent: number;
  /** Commands that are given before, and by how many days all of it is older then. */
  readonly commands?: readonly (readonly string[])[];
  readonly age?: number;
  /** Of so many faults one is tried, where others are tried more closely. */
  readonly sample?: number;
  /** What follows a fault: the MTA comes again, a command is given once, what is due stays due. */
  readonly after: 'the mail again' | 'nothing' | 'it goes on';
}

const mail = (name: string) => readFileSync(join(ROOT, 'fixtures', 'cases', name, 'in.eml'));

export const SCENARIOS: readonly Scenario[] = [
  {
    name: 'new',
    before: ['obrien'],
    args: ['new'],
    input: mail('attachment'),
    tickets: 2,
    sent: 2,
    after: 'the mail again',
  },
  {
    name: 'reply',
    before: ['plain'],
    args: ['reply'],
    input: mail('reply-by-thread'),
    tickets: 1,
    sent: 1,
    after: 'the mail again',
  },
  {
    name: 'duplicate',
    before: ['plain'],
    args: ['new'],
    input: mail('plain'),
    tickets: 1,
    sent: 1,
    after: 'the mail again',
  },
  {
    name: 'a copy of what is held',
    before: ['marked-as-spam'],
    args: ['new'],
    input: mail('copy-of-a-held-mail'),
    env: { SENDER: 'nic@ferrier.example', RECIPIENT: 'new@support-ticket.example' },
    tickets: 1,
    sent: 1,
    after: 'the mail again',
  },
  {
    name: 'a large mail, to one more address',
    before: ['plain'],
    held: largeMailTo('support-7102@support-ticket.example'),
    args: ['new'],
    input: largeMailTo('new@support-ticket.example'),
    env: { SENDER: 'kay@large.example', RECIPIENT: 'new@support-ticket.example' },
    tickets: 2,
    sent: 2,
    after: 'the mail again',
  },
  {
    name: 'recorded',
    before: ['plain'],
    args: ['new'],
    input: mail('bounce-with-attachment'),
    tickets: 1,
    sent: 1,
    after: 'the mail again',
  },
  {
    name: 'an answer by mail',
    before: ['plain'],
    args: ['reply'],
    env: {
      SENDER: 'bob@support-ticket.example',
      RECIPIENT: 'support-7102@support-ticket.example',
      SASL_USERNAME: 'bob',
    },
    config: {
      staff: [
        { name: 'bob', addresses: ['bob@support-ticket.example'], sasl: ['bob'] },
        { name: 'kim', addresses: ['kim@support-ticket.example'] },
      ],
    },
    input: Buffer.from(`From: bob@support-ticket.example
Subject: Re: login
Message-ID: <answer@support-ticket.example>
MIME-Version: 1.0
Content-Type: multipart/mixed; boundary=b

--b
Content-Type: text/plain

Assign: kim
Cc: +kay@ferrier.example
Status: resolved

See the file.
--b
Content-Type: application/pdf
Content-Disposition: attachment; filename=form.pdf

PDF
--b--
`),
    tickets: 1,
    // The acknowledgement before; the answer, its copy, that Kim has it now, what was answered, and
    // what was done.
    sent: 6,
    after: 'the mail again',
  },
  {
    name: 'ticket reply',
    before: ['plain'],
    args: ['ticket', 'reply', '7102', '-m', 'Done.'],
    input: Buffer.alloc(0),
    tickets: 1,
    sent: 2,
    after: 'nothing',
  },
  {
    name: 'a robot',
    before: ['plain'],
    robot: '#!/bin/sh\necho "You said: $MAILROBOT_FIRST_LINE"\n',
    args: ['robot', 'run', '--once'],
    input: Buffer.alloc(0),
    tickets: 1,
    // Its reply, once, whether it is run again or not.
    sent: 2,
    after: 'it goes on',
  },
  {
    name: 'erase',
    before: ['plain', 'obrien'],
    args: ['erase', 'nic@ferrier.example'],
    input: Buffer.alloc(0),
    tickets: 2,
    sent: 2,
    // What it has begun the next run finishes.
    after: 'nothing',
  },
  {
    name: 'due',
    before: ['plain', 'obrien'],
    commands: [['ticket', 'status', '7102', 'pending']],
    age: 8,
    config: {
      staff: [{ name: 'kim', addresses: ['kim@support-ticket.example'] }],
      queues: [
        {
          ...{ prefix: 'SUPPORT', address: 'new', name: 'Support', first: 7102 },
          due: { answerHours: 24, remindDays: 7, closeDays: 7 },
        },
      ],
    },
    args: ['due'],
    input: Buffer.alloc(0),
    tickets: 2,
    // Two acknowledgements before; the reminder, and what Kim is told.
    sent: 4,
    after: 'it goes on',
  },
  {
    name: 'the mail of the week',
    before: ['plain'],
    config: {
      staff: [{ name: 'kim', addresses: ['kim@support-ticket.example'], digest: 'weekly' }],
    },
    args: ['due'],
    input: Buffer.alloc(0),
    tickets: 1,
    sample: 60,
    // The acknowledgement before, and Kim's mail of the week: one, whatever dies.
    sent: 2,
    after: 'it goes on',
  },
  {
    name: 'due, of a snoozed ticket',
    before: ['plain', 'obrien'],
    commands: [['ticket', 'snooze', '7102', 'until', 'in 3 days']],
    age: 8,
    config: { staff: [{ name: 'kim', addresses: ['kim@support-ticket.example'] }] },
    args: ['due'],
    input: Buffer.alloc(0),
    tickets: 2,
    sample: 60,
    // Two acknowledgements before; and what Kim is told.
    sent: 3,
    after: 'it goes on',
  },
];

/** What fsck says of the store, in this process: the same code, without its start-up. */
export async function fsckOf({ store }: TestDesk): Promise<string> {
  const maintenance = maintenanceOf({
    root: store,
    now: () => new Date(),
    extract,
    compose,
  });
  const { findings } = await maintenance.check();
  return findings.map(({ file, problem }) => `${file}: ${problem}`).join('; ');
}

/** Everything that is wrong with the store, in words; empty where nothing is. */
export async function faultsOf(desk: TestDesk, scenario: Scenario): Promise<readonly string[]> {
  const faults: string[] = [];
  const found = await fsckOf(desk);
  if (found !== '') faults.push(`fsck: ${found}`);
  const store = new FileStore({
    root: desk.store,
    now: () => new Date(),
    extract,
    compose,
  });
  const tickets = (await collect(store.tickets('all', ['SUPPORT']))).length;
  if (tickets !== scenario.tickets) faults.push(`${tickets} tickets`);
  const held = (await store.held()).length;
  if (held !== (scenario.held === undefined ? 0 : 1)) faults.push(`${held} held`);
  const ids = desk.sent().map(({ content }) => /^Message-ID: (.*)$/m.exec(content)?.[1] ?? '');
  const different = new Set(ids).size;
  const isUndone =
    scenario.after === 'nothing' && different === scenario.sent - 1 && ids.length === different;
  // What could not be sent rests for a minute.
  const outbox = filesBelow(join(desk.store, 'outbox'));
  const waiting = outbox.filter((name) => name.endsWith('.json')).length;
  const isLater = scenario.after === 'it goes on' && different + waiting === scenario.sent;
  if (!isUndone && !isLater && (different !== scenario.sent || ids.length > different)) {
    faults.push(`${different} mails sent, ${ids.length} times`);
  }
  if (scenario.after === 'the mail again' && !holdsRaw(desk, withoutFromLine(scenario.input))) {
    faults.push('the raw mail is not there');
  }
  return faults;
}

function holdsRaw(desk: TestDesk, wanted: Buffer): boolean {
  const raw = join(desk.store, 'raw');
  return filesBelow(raw)
    .filter((name) => name.endsWith('-in.eml'))
    .some((name) => Buffer.concat([...octetsAt(join(raw, name))]).equals(wanted));
}

export function withoutFromLine(input: Buffer): Buffer {
  return input.toString('latin1').startsWith('From ')
    ? input.subarray(input.indexOf(10) + 1)
    : input;
}
