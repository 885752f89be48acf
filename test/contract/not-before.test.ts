/**
 * A mail that is to go at a time goes then, and not before; and one that is kept back by whoever
 * takes it back is begun by nobody: of the two exactly one has it.
 */
import { existsSync, mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { beforeEach, describe, expect, onTestFinished, test } from 'vitest';
import { sendLeftovers } from '../../src/jobs/outbox.ts';
import type { UnsentMail } from '../../src/journal/outbox.ts';
import type { Change } from '../../src/ticket/change.ts';
import { configOf } from '../kit/config.ts';
import { outgoingTo } from '../kit/outgoing.ts';
import { LOGS, type Logged } from './stores.ts';

const NIC = 'nic@ferrier.example';
const TICKET = 'SUPPORT-7102';
const EIGHT = '2026-11-22T08:00:00.000Z';

describe.each(LOGS)('a store %s', (name, make) => {
  let desk: Logged;
  let clock: Date;
  let given: string;
  let sendmail: readonly [string, ...string[]];
  beforeEach(() => {
    clock = new Date('2026-11-21T12:00:00Z');
    desk = make(() => clock);
    const folder = mkdtempSync(join(tmpdir(), 'mailrobot-later-'));
    onTestFinished(() => rmSync(folder, { recursive: true }));
    given = join(folder, 'given');
    sendmail = ['sh', '-c', 'cat >>"$0"', given];
  });

  const commit = (notBefore: string | null, { isPromised = false } = {}) =>
    desk.store.exclusive((transaction) =>
      transaction.commit({
        changes: [],
        outgoing: [
          outgoingTo(NIC, {
            serial: 2,
            sender: 'support-7102-b@support-ticket.example',
            ...(notBefore !== null && { notBefore }),
            ...(isPromised && { isPromised }),
          }),
        ],
      }),
    );
  const anyRun = () =>
    sendLeftovers({ config: configOf(), store: desk.store, mta: sendmail, now: () => clock });
  const only = async (): Promise<UnsentMail> => {
    const [mail, ...others] = await desk.store.unsent();
    if (mail === undefined || others.length > 0) throw new Error('not one mail waits');
    return mail;
  };
  const count = () =>
    existsSync(given) ? readFileSync(given, 'utf8').split('Message-ID:').length - 1 : 0;
  const takeBack = (mail: UnsentMail) => {
    const { ticket, serial, id } = mail;
    const undone: Change = { type: 'reply.undone', ticket, serial, mail: id, by: 'kim' };
    return desk.store.exclusive((transaction) =>
      transaction.commit({ changes: [undone], outgoing: [] }),
    );
  };

  test('it is not given to whoever has committed it, nor to any run before its time', async () => {
    expect(await commit(EIGHT)).toEqual([]);
    for (const time of ['2026-11-21T12:00:00Z', '2026-11-22T07:59:59.999Z']) {
      clock = new Date(time);
      await anyRun();
      for (const wanted of ['all', { commit: 1 }, { ticket: TICKET }, { restedSince: clock }]) {
        const claimed = await desk.store.exclusive((transaction) =>
          transaction.claim(wanted as 'all', 10),
        );
        expect(claimed).toEqual([]);
      }
    }
    expect(count()).toBe(0);
    expect(await only()).toMatchObject({ notBefore: EIGHT, isBegun: false });
  });

  test('any run behind its time sends it, once', async () => {
    await commit(EIGHT);
    clock = new Date('2026-11-22T08:00:00Z');
    await anyRun();
    await anyRun();
    await desk.store.catchUp();
    await anyRun();
    expect(count()).toBe(1);
    expect(await desk.store.unsent()).toEqual([]);
  });

  test('others that wait are sent meanwhile', async () => {
    await commit(EIGHT);
    expect(await commit(null)).toHaveLength(1);
    await anyRun();
    await desk.store.catchUp();
    expect(count()).toBe(1);
    expect(await only()).toMatchObject({ notBefore: EIGHT });
  });

  test('one whose time was reached before its commit goes at once', async () => {
    expect(await commit('2026-11-21T11:00:00.000Z')).toHaveLength(1);
  });

  test('what is taken back goes to nobody, whenever somebody runs', async () => {
    await commit(EIGHT);
    const mail = await only();
    const kept = await desk.store.withhold(mail);
    expect(kept).not.toBeNull();
    expect(await kept?.holds()).toBe(true);
    await takeBack(mail);
    await kept?.letGo();
    clock = new Date('2026-11-22T09:00:00Z');
    await anyRun();
    // Also whoever had found it before.
    expect(await desk.store.handOver(mail, sendmail, 10_000)).not.toMatchObject({ end: 'failed' });
    await desk.store.catchUp();
    await anyRun();
    expect(count()).toBe(0);
    expect(await desk.store.unsent()).toEqual([]);
  });

  test('while it is kept back nobody hands it over; let go, it is as it was', async () => {
    await commit(EIGHT);
    const before = await only();
    const kept = await desk.store.withhold(before);
    expect(await desk.store.withhold(before)).toBeNull();
    clock = new Date('2026-11-22T09:00:00Z');
    await anyRun();
    expect(await desk.store.handOver(before, sendmail, 10_000)).toEqual({ end: 'under way' });
    expect(count()).toBe(0);
    await kept?.letGo();
    expect(await only()).toEqual(before);
    await anyRun();
    expect(count()).toBe(1);
  });

  test('one that has gone, or is on its way, is not kept back', async () => {
    await commit('2026-11-21T11:00:00.000Z');
    const mail = await only();
    let go = () => {};
    const going = desk.store.handOver(
      mail,
      async (_envelope, begin) => {
        await begin();
        await new Promise<void>((resolve) => {
          go = resolve;
          begun();
        });
        return { end: 'taken' };
      },
      10_000,
    );
    let begun = () => {};
    await new Promise<void>((resolve) => {
      begun = resolve;
    });
    expect(await desk.store.withhold(mail)).toBeNull();
    go();
    expect(await going).toEqual({ end: 'taken' });
    expect(await desk.store.withhold(mail)).toBeNull();
    await desk.store.catchUp();
    expect(await desk.store.withhold(mail)).toBeNull();
  });

  test('one that was tried in vain can be taken back', async () => {
    await commit('2026-11-21T11:00:00.000Z');
    const mail = await only();
    const refused = ['sh', '-c', 'exit 75'] as const;
    expect(await desk.store.handOver(mail, refused, 10_000)).toMatchObject({ end: 'failed' });
    const kept = await desk.store.withhold(await only());
    expect(kept).not.toBeNull();
    await kept?.letGo();
  });

  test('one that was to be kept back for seconds goes though the clock was ahead', async () => {
    clock = new Date('2027-11-21T12:00:00Z');
    await commit('2027-11-21T12:00:30.000Z');
    clock = new Date('2026-11-21T12:00:00Z');
    await anyRun();
    expect(count()).toBe(1);
  });

  test.each(['2026-11-21T11:58:30Z', '2026-11-21T11:00:00Z'])(
    'one that is kept back for seconds waits for them if another clock is behind: %s',
    async (behind) => {
      await commit('2026-11-21T12:00:30.000Z');
      clock = new Date(behind);
      await anyRun();
      expect(count()).toBe(0);
      clock = new Date('2026-11-21T12:00:30Z');
      await anyRun();
      expect(count()).toBe(1);
    },
  );

  test.each([1, 50, 60, 90])(
    'one whose author has named a time, %d minutes ahead, never goes before it, whatever the clock was',
    async (minutes) => {
      const time = new Date(clock.getTime() + minutes * 60_000);
      await commit(time.toISOString(), { isPromised: true });
      for (const behind of [
        '2026-11-21T11:58:30Z',
        '2026-11-21T10:30:00Z',
        '2025-11-21T12:00:00Z',
      ]) {
        clock = new Date(behind);
        await anyRun();
        expect(count()).toBe(0);
      }
      expect(await only()).toMatchObject({ isPromised: true });
      clock = time;
      await anyRun();
      expect(count()).toBe(1);
    },
  );

  test('one that may not go yet takes the place of no other', async () => {
    await commit(EIGHT, { isPromised: true });
    clock = new Date('2026-11-21T12:30:00Z');
    await commit(null);
    clock = new Date('2026-11-21T10:30:00Z');
    const claimed = await desk.store.exclusive((transaction) =>
      transaction.claim({ restedSince: clock }, 1),
    );
    expect(claimed.map(({ seq }) => seq)).toEqual([2]);
  });

  test('many that may not go yet leave those that may their place, whatever clock was ahead', async () => {
    // A thousand files take long.
    const each = name === 'in files' ? 100 : 1000;
    const many = () =>
      desk.store.exclusive((transaction) => {
        const outgoing = Array.from({ length: each }, (_, n) =>
          outgoingTo(NIC, { serial: n + 2, notBefore: EIGHT, isPromised: true }),
        );
        return transaction.commit({ changes: [], outgoing });
      });
    await many();
    // By a host whose clock is ahead by hours.
    clock = new Date('2026-11-21T18:00:00Z');
    await many();
    clock = new Date('2026-11-21T13:00:00Z');
    for (let n = 0; n < 3; n += 1) await commit(null);
    const claimed = await desk.store.exclusive((transaction) =>
      transaction.claim({ restedSince: new Date('2026-11-21T12:59:00Z') }, 5),
    );
    expect(claimed.map(({ seq }) => seq)).toEqual([3, 4, 5]);
    expect(await desk.store.unsent({ restedSince: clock })).not.toEqual([]);
    await anyRun();
    expect(count()).toBe(3);
  });

  test('it is known when the timer and the server ran last', async () => {
    expect(await desk.store.ran()).toEqual([]);
    await desk.store.noteRun('timer');
    clock = new Date('2026-11-21T12:15:00Z');
    await desk.store.noteRun('server');
    await desk.store.noteRun('timer');
    expect((await desk.store.ran()).toSorted((a, b) => (a.clock < b.clock ? -1 : 1))).toEqual([
      { clock: 'server', at: '2026-11-21T12:15:00.000Z' },
      { clock: 'timer', at: '2026-11-21T12:15:00.000Z' },
    ]);
  });

  test('whoever takes it back and whoever hands it over: exactly one has it', async () => {
    for (let round = 0; round < 12; round += 1) {
      await commit('2026-11-21T11:00:00.000Z');
      const mail = await only();
      const before = count();
      let isUndone = false;
      const undo = async () => {
        const kept = await desk.store.withhold(mail);
        if (kept === null) return;
        await takeBack(mail);
        await kept.letGo();
        isUndone = true;
      };
      const handOver = async () => {
        await desk.store.handOver(mail, sendmail, 10_000);
      };
      await Promise.all((round % 2 === 0 ? [undo, handOver] : [handOver, undo]).map((go) => go()));
      await desk.store.catchUp();
      expect(count() - before, `round ${round}`).toBe(isUndone ? 0 : 1);
      expect(await desk.store.unsent()).toEqual([]);
    }
  });
});
