/** Whatever happens at a desk, all stores answer the same. */
import { expect, test } from 'vitest';
import type { Store } from '../../src/journal/store.ts';
import { generator, SEED } from '../stores/random.ts';
import {
  ADDRESSES,
  commitOne,
  NAMES,
  nameOf,
  QUEUES,
  RandomDesk,
} from '../stores/random-commits.ts';
import { STORES } from './stores.ts';

const SECTIONS = 30;
const HOUR_MS = 60 * 60 * 1000;
const DAY_MS = 24 * HOUR_MS;

test(`random sections, seed ${SEED}`, async () => {
  const times = generator(SEED);
  let clock = new Date('2026-11-01T12:00:00.250Z');
  const all = STORES.map(([name, make]) => {
    return { name, store: make(() => clock), desk: new RandomDesk(generator(SEED)) };
  });
  for (let n = 0; n < SECTIONS; n += 1) {
    clock = new Date(clock.getTime() + times(20) * HOUR_MS);
    const count = 1 + times(5);
    const said: { readonly name: string; readonly answers: unknown }[] = [];
    for (const { name, store, desk } of all) {
      await store.exclusive((transaction) => {
        for (let c = 0; c < count; c += 1) commitOne(store, transaction, desk, clock);
      });
      said.push({ name, answers: await answersOf(store, desk, clock) });
    }
    for (const { name, answers } of said) expect(answers, name).toEqual(said[0]?.answers);
  }
}, 60_000);

/** Everything that a store can be asked, but what is secret. */
async function answersOf(store: Store, desk: RandomDesk, now: Date) {
  const names = Array.from({ length: NAMES }, (_, n) => nameOf(n));
  const since = new Date(now.getTime() - 5 * DAY_MS);
  const {
    keys: _,
    answered,
    ...facts
  } = await store.facts({
    tickets: desk.ids(),
    messages: names.map(({ messageId }) => messageId),
    acts: names.map(({ messageId }) => ({ actor: 'kim', messageId })),
    addresses: ADDRESSES,
    people: 'and who wrote',
    held: desk.heldEver(),
    answeredSince: since,
    queues: QUEUES,
    lists: [{ which: 'open', queues: QUEUES, limit: 5 }],
  });
  const mails = names.flatMap(({ messageId }) => store.mailsNamed(messageId));
  const span = { until: new Date(now.getTime() - DAY_MS), now };
  const expired = store.expired(since, 10);
  const kept = mails.filter(({ seq }) => store.expired(now, 1000).includes(seq));
  return {
    facts,
    // A store may give a few more.
    answered: answered.filter(({ at }) => at >= since),
    tickets: [...store.tickets('all', QUEUES)],
    open: [...store.tickets('open', QUEUES)].map(({ id }) => id),
    due: (['desk', 'customer', 'reminded'] as const).flatMap((stage) =>
      QUEUES.map((queue) => store.waitingSince(stage, queue, span, 5)),
    ),
    failed: store.failedAddresses(),
    notices: store.notices(),
    expired,
    held: store.held(),
    lastMail: store.lastMail(),
    outbox: store.waiting(),
    mails,
    raw: kept.map(({ raw }) => Buffer.concat([...store.rawMail(raw)]).toString()),
    deliveries: names.map(({ key }) => store.findDelivery(key)),
    found: await store.search(['hello', 'nic@ferrier'], () => {}),
  };
}
