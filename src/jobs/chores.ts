/**
 * What is left to do by whoever runs next, for there is no daemon and no cron:
 * mails that others left unsent, what has become due, notices to the desk, raw mail
 * whose time is up.
 *
 * Looks at small files alone if there is nothing to do, is bounded in number
 * and time, and never throws: it must not change the end of the run that it
 * rides on. What fails stays as it is, for the next run; in a restored store that
 * rests so does everything.
 */
import type { Config } from '../config/config.ts';
import type { Asked } from '../journal/ledger.ts';
import { toWake } from '../journal/lists/waiting.ts';
import type { Mta } from '../journal/outbox.ts';
import type { Store } from '../journal/store.ts';
import { DAY_MS } from '../ticket/age.ts';
import { notifyStaff } from './notify.ts';
import { sendBriefly, sendLeftovers } from './outbox.ts';

const EXPIRED_AT_ONCE = 200;
/** Those of a ticket on legal hold stay, and come first each time. */
const MOST_LOOKED_AT = 2000;
const PATIENCE_SECONDS = 1;

export interface Chores {
  readonly config: Config;
  readonly store: Store;
  readonly mta: Mta;
  readonly now: () => Date;
}

export async function doChores({ config, store, mta, now }: Chores): Promise<void> {
  if (await isResting(store)) return;
  const sending = { config, store, mta, now };
  await sendLeftovers(sending);
  await orLater(async () => {
    const hasRules = config.queues.some(({ due }) => Object.keys(due).length > 0);
    if (!hasRules && (await toWake(store, now(), 1)).length === 0) return;
    const { doALittle } = await import('./due.ts');
    await sendBriefly(await doALittle({ config, store, now }), sending);
  });
  await orLater(async () => {
    await sendBriefly(await notifyStaff({ config, store, now }), sending);
  });
  await orLater(() => expireMails({ config, store, now }));
}

/** A store that cannot tell does nothing by itself, either. */
async function isResting(store: Store): Promise<boolean> {
  try {
    return (await store.restingSince()) !== null;
  } catch {
    return true;
  }
}

async function orLater(chore: () => Promise<void>): Promise<void> {
  try {
    await chore();
  } catch {
    // The next run does it.
  }
}

async function expireMails({ config, store, now }: Omit<Chores, 'mta'>): Promise<void> {
  const due = (limit: number, asked: Asked) =>
    asked.expired(new Date(now().getTime() - config.retentionDays * DAY_MS), limit);
  if ((await due(1, store)).length === 0) return;
  const onHold = await store.onLegalHold();
  const free = async (asked: Asked) => {
    if (onHold.length === 0) return due(EXPIRED_AT_ONCE, asked);
    const { ofOthers } = await import('./legal-hold.ts');
    const all = await due(MOST_LOOKED_AT, asked);
    return ofOthers(all, EXPIRED_AT_ONCE, { onHold, store: asked });
  };
  if (onHold.length > 0 && (await free(store)).length === 0) return;
  await store.exclusive(async (transaction) => {
    const mails = await free(transaction.store);
    if (mails.length === 0) return;
    await transaction.commit({ changes: [{ type: 'mail.expired', mails }], outgoing: [] });
  }, PATIENCE_SECONDS);
}
