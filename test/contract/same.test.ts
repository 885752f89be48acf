/** Whatever happens at a desk, all stores answer the same. */
import { expect, test } from 'vitest';
import { allOf } from '../../src/journal/blobs.ts';
import { toWake } from '../../src/journal/lists/waiting.ts';
import type { Store } from '../../src/journal/store.ts';
import { collect } from '../kit/collect.ts';
import { generator, SEED } from '../stores/random.ts';
import {
  ADDRESSES,
  commitOne,
  NAMES,
  nameOf,
  QUEUES,
  RandomDesk,
} from '../stores/random-commits.ts';
import { COMPARED } from './stores.ts';

const SECTIONS = 30;
const HOUR_MS = 60 * 60 * 1000;
const DAY_MS = 24 * HOUR_MS;

test(`random sections, seed ${SEED}`, async () => {
  const times = generator(SEED);
  let clock = new Date('2026-11-01T12:00:00.250Z');
  const stores = COMPARED.map(([name, make]) => {
    return { name, store: make(() => clock), desk: new RandomDesk(generator(SEED)) };
  });
  for (let n = 0; n < SECTIONS; n += 1) {
    clock = new Date(clock.getTime() + times(20) * HOUR_MS);
    const count = 1 + times(5);
    const said: { readonly name: string; readonly answers: unknown }[] = [];
    for (const { name, store, desk } of stores) {
      await store.exclusive(async (transaction) => {
        for (let c = 0; c < count; c += 1) await commitOne(store, transaction, desk, clock);
      });
      said.push({ name, answers: await answersOf(store, desk, clock) });
    }
    for (const { name, answers } of said) expect(answers, name).toEqual(said[0]?.answers);
  }
}, 300_000);

/** Everything that a store can be asked, but what is secret. */
async function answersOf(store: Store, desk: RandomDesk, now: Date) {
  const names = Array.from({ length: NAMES }, (_, n) => nameOf(n));
  const since = new Date(now.getTime() - 5 * DAY_MS);
  const {
    keys: _,
    nonce: __,
    answered,
    ...facts
  } = await store.facts({
    tickets: desk.ids(),
    linkedBy: 'nic@ferrier.example',
    repeats: [],
    messages: names.map(({ messageId }) => messageId),
    acts: names.map(({ messageId }) => ({ actor: 'kim', messageId })),
    writers: ADDRESSES,
    addresses: ADDRESSES,
    people: 'and who wrote',
    held: desk.heldEver(),
    returned: desk.heldEver(),
    noticed: desk.heldEver(),
    away: true,
    heldMails: true,
    answeredSince: since,
    queues: QUEUES,
    lists: [{ which: 'open', queues: QUEUES, limit: 5 }],
  });
  const mails = await all(names.map(({ messageId }) => store.mailsNamed(messageId)));
  const span = { until: new Date(now.getTime() - DAY_MS), now };
  const expiring = await store.expired(now, 1000);
  const kept = mails.flat().filter(({ seq }) => expiring.includes(seq));
  const stages = (['desk', 'customer', 'reminded'] as const).flatMap((stage) =>
    QUEUES.map((queue) => [stage, queue] as const),
  );
  return {
    facts,
    // A store may give a few more.
    answered: answered.filter(({ at }) => at >= since),
    tickets: await collect(store.tickets('all', QUEUES)),
    open: (await collect(store.tickets('open', QUEUES))).map(({ id }) => id),
    toWake: await toWake(store, now, 5),
    due: await all(stages.map(([stage, queue]) => store.waitingSince(stage, queue, span, 5))),
    failed: await store.failedAddresses(),
    notices: await store.notices(),
    expired: await store.expired(since, 10),
    held: await store.held(),
    runs: await store.robotRuns(),
    plans: await store.robotPlans(),
    lastMail: await store.lastMail(),
    outbox: await store.unsent(),
    mails,
    queued: await all(names.map(({ key }) => store.mailsQueuedAs(key.attempt?.queueId ?? 'none'))),
    raw: await all(kept.map(async ({ raw }) => (await allOf(await store.rawMail(raw))).toString())),
    deliveries: await all(names.map(({ key }) => store.findDelivery(key))),
    happened: (await collect(store.commits())).map(({ time, changes }) => ({ time, changes })),
    later: (await collect(store.commits(since))).map(({ time }) => time),
    found: await store.search(['hello', 'nic@ferrier'], 1000, () => {}),
  };
}

function all<T>(promises: readonly Promise<T>[]): Promise<readonly T[]> {
  return Promise.all(promises);
}
