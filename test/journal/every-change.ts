/** One change of every kind, and a record, with everything in them that may be left out. */
import { type JournalRecord, RECORD_VERSION } from '../../src/journal/record.ts';
import type { Change } from '../../src/ticket/change.ts';
import type { Attachment } from '../../src/ticket/ticket.ts';

const AT = '2026-11-21T12:00:00.000Z';
const TICKET = 'SUPPORT-7102';
const NIC = { name: 'Nic Ferrier', address: 'nic@ferrier.example' } as const;
const DESK = { name: 'Support', address: 'new@support-ticket.example' } as const;
const RAW = 'raw/000000/7-in.eml';
const VERDICT = { check: 'rate', evidence: 'nic@ferrier.example wrote 9 times' } as const;
const FATE = { ticket: TICKET, serial: 2, mail: '7.0' } as const;

const ATTACHMENT: Attachment = {
  ...{ filename: 'invoice.pdf', contentType: 'application/pdf', size: 5, sha256: 'a'.repeat(64) },
  ...{ contentId: 'picture@ferrier.example', isInline: true, foundIn: 'smime', isUnpacked: true },
  path: `tickets/71/${TICKET}/attachments/1-1.pdf`,
};

export const SAMPLES: { readonly [Type in Change['type']]: Change & { readonly type: Type } } = {
  'ticket.created': {
    ...{ type: 'ticket.created', ticket: TICKET, number: 7102, queue: 'SUPPORT' },
    ...{ subject: "I can't login!", requester: NIC, language: 'de' },
  },
  'message.added': {
    ...{ type: 'message.added', ticket: TICKET },
    message: {
      ...{ serial: 1, direction: 'in', date: AT, subject: "I can't login!" },
      ...{ text: 'My password does not work.', newLines: [{ from: 1, to: 1 }], trust: 'claimed' },
      guesses: [{ check: 'charset', evidence: 'no charset, read as windows-1252' }],
      foundLines: [{ from: 1, to: 1, foundIn: 'smime' }],
      ...{ from: NIC, to: [DESK], messageId: '<a1@ferrier.example>', fault: 'cut short' },
      ...{ asks: 'close', attachments: [ATTACHMENT, { ...ATTACHMENT, path: RAW }], raw: RAW },
      ...{ movedTo: 'SUPPORT-7103', provenBy: RAW },
      report: {
        isProven: true,
        recipients: [
          {
            ...{ address: 'eva@elsewhere.example', original: 'eva+1@elsewhere.example' },
            ...{ action: 'failed', status: '5.1.1', reason: '550 no such Eva' },
          },
        ],
      },
    },
  },
  'message.proven': {
    ...{ type: 'message.proven', ticket: TICKET, serial: 1, from: 'claimed', to: 'staff' },
    raw: RAW,
  },
  'ticket.status': {
    ...{ type: 'ticket.status', ticket: TICKET, from: 'new', to: 'open', by: 'Kim Lee' },
  },
  'ticket.assigned': {
    ...{ type: 'ticket.assigned', ticket: TICKET, from: 'Kim Lee', to: 'Bob Ray', by: 'Kim Lee' },
  },
  'ticket.tagged': {
    ...{ type: 'ticket.tagged', ticket: TICKET, added: ['login'], removed: ['vip'], by: 'Kim Lee' },
  },
  'ticket.priority': {
    ...{ type: 'ticket.priority', ticket: TICKET, from: 'normal', to: 'urgent', by: 'Kim Lee' },
  },
  'ticket.field': {
    ...{ type: 'ticket.field', ticket: TICKET, field: 'order', value: '1234', by: 'Kim Lee' },
    ...{ isFound: true, other: 'SUPPORT-7103' },
  },
  'ticket.retitled': {
    ...{ type: 'ticket.retitled', ticket: TICKET, from: "I can't login!", to: 'Login of Nic' },
    by: 'Kim Lee',
  },
  'ticket.requester': {
    ...{ type: 'ticket.requester', ticket: TICKET, from: NIC, by: 'Kim Lee' },
    to: { name: 'Eva Moss', address: 'eva@elsewhere.example' },
  },
  'ticket.participants': {
    ...{ type: 'ticket.participants', ticket: TICKET, added: [NIC], by: 'Kim Lee' },
    removed: ['eva@elsewhere.example'],
  },
  'ticket.muted': {
    ...{ type: 'ticket.muted', ticket: TICKET, address: NIC.address, isMuted: true, by: 'Nic' },
  },
  'ticket.watched': {
    ...{ type: 'ticket.watched', ticket: TICKET, person: 'kim', isWatching: true, by: 'Kim Lee' },
  },
  'ticket.seen': {
    ...{ type: 'ticket.seen', ticket: TICKET, person: 'kim', serial: 3, isClosed: false },
  },
  'ticket.legalhold': {
    ...{ type: 'ticket.legalhold', ticket: TICKET, isOnHold: true, by: 'Kim Lee' },
  },
  'person.erased': {
    ...{ type: 'person.erased', tickets: [TICKET], by: 'Kim Lee' },
    commits: [{ seq: 3, texts: [0, 2], isMailGone: true, copies: [{ n: 0, place: 2 }] }],
  },
  'mail.blanked': {
    ...{ type: 'mail.blanked', mail: 3, sha256: 'a'.repeat(64) },
    commits: [{ seq: 3, texts: [0, 2] }],
  },
  'ticket.merged': {
    ...{ type: 'ticket.merged', ticket: TICKET, into: 'SUPPORT-7103', by: 'Kim Lee' },
  },
  'ticket.absorbed': {
    ...{ type: 'ticket.absorbed', ticket: TICKET, other: 'SUPPORT-7103' },
    unanswered: { since: AT, told: AT },
  },
  'ticket.moved': {
    ...{ type: 'ticket.moved', ticket: TICKET, from: 'SUPPORT', queue: 'BILLING' },
    ...{ into: 'BILLING-7102', by: 'Kim Lee' },
  },
  'ticket.named': {
    ...{ type: 'ticket.named', ticket: 'BILLING-7102', number: 7102, queue: 'BILLING' },
    into: TICKET,
  },
  'ticket.linked': { type: 'ticket.linked', ticket: TICKET, other: 'SUPPORT-7103' },
  'ticket.repeated': { type: 'ticket.repeated', ticket: TICKET },
  'ticket.split': {
    ...{ type: 'ticket.split', ticket: TICKET, serial: 1, to: 'SUPPORT-7103', by: 'Kim Lee' },
  },
  'ticket.snoozed': {
    ...{ type: 'ticket.snoozed', ticket: TICKET, until: '2026-12-07T08:00:00.000Z' },
    ...{ timeZone: 'Europe/Berlin', by: 'Kim Lee' },
  },
  'ticket.woken': { type: 'ticket.woken', ticket: TICKET, until: AT, assignee: 'Kim Lee' },
  'ticket.overdue': { type: 'ticket.overdue', ticket: TICKET, since: AT, assignee: 'Kim Lee' },
  'ticket.reminded': { type: 'ticket.reminded', ticket: TICKET, silence: VERDICT },
  'ticket.asked': { type: 'ticket.asked', ticket: TICKET, serial: 3 },
  'ticket.rated': {
    ...{ type: 'ticket.rated', ticket: TICKET, serial: 3, score: 5, person: 'Kim Lee' },
  },
  'note.added': {
    ...{ type: 'note.added', ticket: TICKET, serial: 3, text: 'They owe us money.', by: 'Kim Lee' },
    ...{ written: RAW, attachments: [ATTACHMENT] },
  },
  'template.failed': {
    ...{ type: 'template.failed', queue: 'SUPPORT', file: 'SUPPORT/help.de.txt' },
    problem: 'unclosed {{name of Nic}}',
  },
  'mail.again': { type: 'mail.again', earlier: 3, was: 'ticket' },
  'reply.silenced': { type: 'reply.silenced', ticket: TICKET, reason: VERDICT },
  'mail.recorded': {
    ...{ type: 'mail.recorded', raw: RAW, reason: 'list', evidence: 'List-Id: friends of Nic' },
    expires: true,
  },
  'mail.answered': { type: 'mail.answered', address: NIC.address, about: 'help' },
  'mail.expired': { type: 'mail.expired', mails: [3, 4] },
  'mail.bounced': {
    ...{ type: 'mail.bounced', ticket: TICKET, serial: 2, status: '5.1.1', reason: 'no such Eva' },
  },
  'mail.reported': { type: 'mail.reported', ticket: TICKET, serial: 2 },
  'address.failed': {
    ...{ type: 'address.failed', address: NIC.address, ticket: TICKET, serial: 2 },
    ...{ status: '5.1.1', reason: 'no such Nic' },
  },
  'address.blocked': {
    ...{ type: 'address.blocked', address: NIC.address, by: 'Kim Lee', isProven: true },
  },
  'address.cleared': { type: 'address.cleared', address: NIC.address, by: 'Kim Lee' },
  'recipient.added': {
    ...{ type: 'recipient.added', address: 'anna@support-ticket.example', by: 'Kim Lee' },
    ...{ destination: 'anna@ferrier.example', before: 'eva@ferrier.example' },
  },
  'recipient.removed': {
    ...{ type: 'recipient.removed', address: 'anna@support-ticket.example', by: 'Kim Lee' },
    destination: 'anna@ferrier.example',
  },
  'staff.away': {
    ...{ type: 'staff.away', person: 'Kim Lee', until: '2026-12-24', isAway: true, by: 'Bob Ray' },
  },
  'staff.notified': { type: 'staff.notified', people: ['Kim Lee', 'Bob Ray'] },
  'mail.held': {
    type: 'mail.held',
    mail: {
      ...{ id: 7, from: NIC, date: AT, subject: "I can't login!", queue: 'SUPPORT' },
      ...{ ticket: TICKET, reason: VERDICT, by: 'Kim Lee', raw: RAW },
    },
  },
  'mail.released': { type: 'mail.released', held: 7, by: 'Kim Lee' },
  'mail.discarded': { type: 'mail.discarded', held: 7, by: 'Kim Lee' },
  'robot.queued': {
    ...{ type: 'robot.queued', robot: 'deploy', raw: RAW, queue: 'SUPPORT', from: NIC },
    ...{ subject: "I can't login!", trust: 'claimed', onTicket: TICKET, answerTo: NIC },
    ...{ answerFrom: 'deploy', silence: VERDICT, by: 'Kim Lee', isFiled: true },
    captures: [{ name: 'client', value: 'ferrier' }],
  },
  'robot.failed': {
    ...{ type: 'robot.failed', run: 7, robot: 'deploy', tries: 2, why: 'it ended with 75' },
    next: AT,
  },
  'robot.ended': {
    ...{ type: 'robot.ended', run: 7, robot: 'deploy', end: 'refused', why: 'it ended with 20' },
    ...{ silence: VERDICT, by: 'Kim Lee', isFiled: true },
  },
  'robot.planned': {
    ...{ type: 'robot.planned', run: 7, robot: 'deploy', raw: RAW, queue: 'SUPPORT', from: NIC },
    ...{ subject: "I can't login!", trust: 'claimed', onTicket: TICKET, answerTo: NIC },
    ...{ answerFrom: 'deploy', silence: VERDICT, orders: '{"type":"note","text":"x"}' },
    ...{ text: 'Create the account nic.', data: '{"name":"nic"}' },
    rests: [{ ticket: TICKET, state: 'aa' }],
  },
  'robot.doubted': { type: 'robot.doubted', run: 7, robot: 'deploy' },
  'robot.lapsed': { type: 'robot.lapsed', run: 7, robot: 'deploy', why: 'expired' },
  'reply.sent': { type: 'reply.sent', ...FATE },
  'reply.failed': { type: 'reply.failed', ...FATE, reason: '550 no such Nic' },
  'reply.unknown': { type: 'reply.unknown', ...FATE, again: true },
  'reply.undone': {
    ...{ type: 'reply.undone', ...FATE, by: 'kim' },
    waiting: { for: 'desk', since: '2026-11-21T12:00:00.000Z', told: null },
  },
};

const ANSWER: Change = {
  type: 'message.added',
  ticket: TICKET,
  message: {
    ...{ serial: 2, direction: 'out', date: AT, subject: "RE: I can't login!", text: 'It is new.' },
    ...{ attachments: [ATTACHMENT], automatic: false, delivery: 'waiting', reports: 1 },
    ...{ repeated: true, from: DESK, to: [NIC], by: 'Kim Lee', copyOf: 1, written: RAW },
    ...{ messageId: '<SUPPORT-7102.2@support-ticket.example>', raw: 'raw/000000/7-out-2.eml' },
  },
};

export const EVERY_CHANGE: readonly [(typeof SAMPLES)['ticket.created'], ...(readonly Change[])] = [
  SAMPLES['ticket.created'],
  ...Object.values(SAMPLES).slice(1),
  ANSWER,
];

export const RECORD: JournalRecord = {
  ...{ v: RECORD_VERSION, seq: 7, time: AT, changes: [] },
  delivery: {
    ...{ hash: 'a'.repeat(64), targets: ['SUPPORT', TICKET, 'held 3'] },
    attempt: { queueId: '4bX7Yz1Q', to: 'new new@support-ticket.example' },
    ...{ incoming: `${'a'.repeat(64)}.0123456789ab`, size: 300, sha256: 'b'.repeat(64) },
    decision: {
      ...{ messageId: '<a1@ferrier.example>', verb: 'new', sender: NIC.address },
      ...{ recipients: [DESK.address], isNamed: true, client: '192.0.2.1 mx.ferrier.example' },
      ...{ login: 'nic', asked: ['null-sender', 'list'], spoke: [VERDICT], trust: 'claimed' },
      ...{ why: 'the From says Nic', route: 'SUPPORT', by: 'address', intent: 'open' },
      actor: 'Kim Lee',
      rules: [{ rule: 'invoices', evidence: 'it has the file nic.pdf', did: 'tag +of-nic' }],
    },
    within: {
      ...{ headerSize: 1, parts: 2, depth: 3, addresses: 4, attachments: 5, textSize: 6 },
      ...{ seconds: 7, memory: 8 },
    },
  },
  outgoing: [
    {
      ...{ ticket: TICKET, serial: 2, place: 3, sender: DESK.address, recipient: NIC.address },
      content: "To: nic@ferrier.example\nSubject: RE: I can't login!\n\nIt is new.\n",
      enclosed: [{ at: 20, file: ATTACHMENT }],
      isPassing: true,
    },
  ],
  origin: { source: 'https://shop.example/nic', id: 'order of Nic', ticket: 'Nic-1' },
  restored: { epoch: '0123456789abcdef', numbers: { SUPPORT: 8102 } },
};
