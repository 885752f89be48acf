/**
 * Random commits, deaths, reboots and rebuilds against a model in memory.
 *
 * After each step the store says what the model says, and fsck finds nothing.
 * The seed is printed; SEED=n repeats a run.
 */

import { appendFileSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { RECORD_VERSION } from '../../../src/journal/record.ts';
import { compose } from '../../../src/letters/compose.ts';
import { createStore } from '../../../src/stores/files/create-store.ts';
import { FileStore } from '../../../src/stores/files/file-store.ts';
import { maintenanceOf } from '../../../src/stores/files/maintenance.ts';
import type { Change } from '../../../src/ticket/change.ts';
import type { Status, TicketId } from '../../../src/ticket/ticket.ts';
import { collect } from '../../kit/collect.ts';
import { endOf, journalOf } from '../../kit/journal.ts';
import { roundsOf } from '../../kit/random.ts';
import { generator, SEED } from '../random.ts';

const STEPS = roundsOf(240);
const STATUSES = ['new', 'open', 'pending', 'resolved'] as const;

test(`random steps, seed ${SEED}`, async () => {
  console.log(`SEED=${SEED}`);
  const random = generator(SEED);
  const root = mkdtempSync(join(tmpdir(), 'mailrobot-model-'));
  const model = new Map<TicketId, Status>();
  let boot = 'boot 0';
  let seq = 0;
  const options = () => ({ root, now: () => new Date(), extract: async () => {}, compose, boot });
  const taken: string[] = [];
  try {
    createStore(root);
    const change = (): Change => {
      const ids = [...model.keys()];
      const known = ids[random(ids.length + 1)];
      if (known === undefined) {
        const number = 7102 + model.size;
        const ticket: TicketId = `SUPPORT-${number}`;
        model.set(ticket, 'new');
        return {
          type: 'ticket.created',
          ticket,
          number,
          queue: 'SUPPORT',
          subject: 'x',
          requester: null,
        };
      }
      const to = STATUSES[random(STATUSES.length)] ?? 'open';
      const from = model.get(known) ?? 'new';
      model.set(known, to);
      return { type: 'ticket.status', ticket: known, from, to, by: 'test' };
    };
    const steps: Readonly<Record<string, () => Promise<unknown> | unknown>> = {
      commit: () =>
        new FileStore(options()).exclusive(async (transaction) => {
          for (let n = random(3); n >= 0; n -= 1) {
            await transaction.commit({ changes: [change()], outgoing: [] });
            seq += 1;
          }
        }),
      'die after the commit': async () => {
        await new FileStore(options()).exclusive(() => {});
        const journal = journalOf(root);
        seq += 1;
        const record = {
          v: RECORD_VERSION,
          seq,
          time: new Date().toISOString(),
          changes: [change()],
          outgoing: [],
        };
        await journal.append(endOf(journal), [record]);
      },
      'die within the commit, and reboot': () => {
        const { segment } = endOf(journalOf(root));
        appendFileSync(join(root, 'journal', segment), '{"v":1,"seq":9'.slice(0, random(14)));
        boot = `boot ${taken.length}`;
      },
      reboot: () => {
        boot = `boot ${taken.length}`;
      },
      'a torn head': () => writeFileSync(join(root, 'head.json'), '{"v":1,'),
      rebuild: () => maintenanceOf(options()).rebuild(),
    };
    const names = Object.keys(steps);
    for (let step = 0; step < STEPS || model.size < 4; step += 1) {
      const name = names[random(names.length)] ?? 'commit';
      taken.push(name);
      await steps[name]?.();
      if (random(3) > 0) continue;
      const { findings, commits } = await maintenanceOf(options()).check();
      expect([findings, commits], taken.slice(-5).join(', ')).toEqual([[], seq]);
      const all = await collect(new FileStore(options()).tickets('all', ['SUPPORT']));
      const tickets = all.map(({ id, status }) => [id, status] as const);
      expect(new Map(tickets)).toEqual(model);
      const open = await collect(new FileStore(options()).tickets('open', ['SUPPORT']));
      expect(open).toHaveLength(
        [...model.values()].filter((status) => status !== 'resolved').length,
      );
    }
  } finally {
    rmSync(root, { recursive: true, force: true });
  }
}, 120_000);
