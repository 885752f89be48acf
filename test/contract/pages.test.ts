/**
 * Whatever happens at a desk, in whichever store: pages that are brought up to date again and again
 * are what they would be if all of them were written anew.
 */
import { mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, onTestFinished, test } from 'vitest';
import { messageHtml } from '../../src/intake/message-html.ts';
import { writePages } from '../../src/site/write-pages.ts';
import type { Message } from '../../src/ticket/ticket.ts';
import { configOf } from '../kit/config.ts';
import { NO_READER } from '../kit/no-reader.ts';
import { generator, SEED } from '../stores/random.ts';
import { commitOne, RandomDesk } from '../stores/random-commits.ts';
import { LOGS } from './stores.ts';

const SECTIONS = 8;
const HOUR_MS = 60 * 60 * 1000;
const config = configOf({
  queues: [
    { prefix: 'SUPPORT', address: 'new', name: 'Support' },
    { prefix: 'BILLING', address: 'billing', name: 'Billing' },
  ],
});

function pagesIn(folder: string): ReadonlyMap<string, string> {
  const names = readdirSync(folder, { recursive: true, encoding: 'utf8' });
  return new Map(
    names
      .filter((name) => name.endsWith('.html'))
      .sort()
      .map((name) => [name, readFileSync(join(folder, name), 'utf8')]),
  );
}

test.each(LOGS)(
  `%s, seed ${SEED}`,
  async (_, make) => {
    const above = mkdtempSync(join(tmpdir(), 'mailrobot-pages-'));
    onTestFinished(() => rmSync(above, { recursive: true, force: true }));
    let now = new Date('2026-11-01T12:00:00.250Z');
    const { store, log } = make(() => now);
    const desk = new RandomDesk(generator(SEED));
    const write = (name: string) => {
      const scopes = ['tickets', 'notes', 'held'] as const;
      const htmlOf = (message: Message) =>
        messageHtml(message, { config, store, reader: NO_READER });
      const of = { config, store, log, scopes, now, htmlOf };
      return writePages(join(above, name), of, 'always');
    };
    for (let n = 0; n < SECTIONS; n += 1) {
      now = new Date(now.getTime() + HOUR_MS);
      await store.exclusive(async (transaction) => {
        for (let c = 0; c < 4; c += 1) await commitOne(store, transaction, desk, now);
      });
      await write('again');
      await write(`anew-${n}`);
      expect(pagesIn(join(above, 'again')), `after ${n}`).toEqual(
        pagesIn(join(above, `anew-${n}`)),
      );
    }
    expect(pagesIn(join(above, 'again')).size).toBeGreaterThanOrEqual(4);
  },
  120_000,
);
