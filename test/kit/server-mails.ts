/**
 * Mails for a server in this process, as the MTA gives them by LMTP: to one or two queues, each from
 * somebody else, and what it has been told to be kept.
 */
import { type LmtpContext, lmtp } from '../../src/doors/lmtp.ts';
import type { Submit } from '../../src/journal/outbox.ts';
import type { FileStore } from '../../src/stores/files/file-store.ts';
import { configOf, DOMAIN, SUPPORT } from './config.ts';
import { NO_READER } from './no-reader.ts';
import type { Choose } from './random.ts';

const QUEUES = [SUPPORT, { prefix: 'BILLING', address: 'bill', name: 'Billing', first: 100 }];
export const PREFIXES = QUEUES.map(({ prefix }) => prefix);
const TO = [['new'], ['bill'], ['new', 'bill']].map((names) =>
  names.map((name) => `${name}@${DOMAIN}`),
);
/** Of a mail: below and above what a server keeps in memory, and what copies share. */
const SIZES = [100, 100, 9000, 64_000, 70_000];
const PEER = { address: '203.0.113.1', helo: 'ferrier.example', protocol: 'LMTP', login: null };

export interface ServedMail {
  readonly id: string;
  readonly to: readonly string[];
  readonly octets: Buffer;
  /** Recipients for whom it has not been kept yet. */
  readonly left: Set<string>;
}

export function mailOf(n: number, choose: Choose): ServedMail {
  const [id, to] = [`<${n}@ferrier.example>`, choose(TO)];
  const text = `Trouble number ${n}.\r\n`;
  const fields = [
    `From: ${authorOf(id)}`,
    `To: ${to.join(', ')}`,
    `Subject: Trouble ${n}`,
    `Message-ID: ${id}`,
    'Date: Fri, 20 Nov 2026 10:00:00 +0000',
  ];
  const lines = text.repeat(Math.ceil(choose(SIZES) / text.length));
  const octets = Buffer.from(`${fields.join('\r\n')}\r\n\r\n${lines}`);
  return { id, to, octets, left: new Set(to) };
}

/** Each has one of their own. */
export function authorOf(id: string): string {
  return `nic${id.slice(1, id.indexOf('@'))}@ferrier.example`;
}

export function contextOf(
  store: FileStore,
  { root, mta, now }: { readonly root: string; readonly mta: Submit; readonly now: () => Date },
): LmtpContext {
  const caps = Object.fromEntries(
    ['total', 'firstTime', 'domain'].map((cap) => [cap, { count: 10_000, hours: 1 }]),
  );
  return {
    ...{ config: configOf({ store: root, staff: [], queues: QUEUES, caps }), store, mta, now },
    ...{ defaultQueue: null, reader: NO_READER, writeLog: async () => {} },
    trials: async () => ({ isAwaited: () => false, note: () => false, send: async () => null }),
  };
}

/** Gives a mail to the server, for whom it is not kept yet. */
export function takerOf(context: LmtpContext): (mail: ServedMail) => Promise<void> {
  const door = lmtp(() => context);
  return async ({ id, octets, left }) => {
    const recipients = [...left];
    const sender = authorOf(id);
    const fates = await door.take(pieces(octets), { id: 'L', peer: PEER, sender, recipients });
    for (const [n, { reply }] of fates.entries())
      if (reply === 250) left.delete(recipients[n] ?? '');
  };
}

async function* pieces(octets: Buffer): AsyncGenerator<Buffer> {
  for (let at = 0; at < octets.length; at += 8192)
    yield Buffer.from(octets.subarray(at, at + 8192));
}
