/**
 * Mails whoever wants it what the week brought (desk/weekly.ts), in the first run of a week: loaded
 * if somebody wants it, and read from the journal of that week alone, and from what is open.
 *
 * It is written without the store's lock, which is held to look once more who has not had theirs,
 * and to commit: whatever dies, and however many hosts do the same, each gets one. Throws what the
 * store throws.
 */
import type { StaffPerson } from '../config/config.ts';
import { isTimeForWeekly, lastMonday, WeekOfQueues, weeklyDrafts } from '../desk/weekly.ts';
import { awayIn, NO_QUESTIONS } from '../journal/facts.ts';
import type { Asked } from '../journal/ledger.ts';
import type { UnsentMail } from '../journal/outbox.ts';
import type { WeeklyDraft } from '../letters/draft.ts';
import { write } from '../letters/write.ts';
import { filesIn } from '../letters/written-draft.ts';
import { awayAt } from '../ticket/away.ts';
import { isToStaffUnsent } from './tell-staff.ts';
import type { Telling } from './telling.ts';

const PATIENCE_SECONDS = 1;

/** Gives the mails that this run has to send. */
export async function tellOfTheWeek(telling: Telling): Promise<readonly UnsentMail[]> {
  const { config, store, now } = telling;
  const before = await toBeTold(telling);
  if (before.length === 0 || (await isToStaffUnsent(store))) return [];
  const all = await draftsFor(before, telling);
  return store.exclusive(async (transaction) => {
    const asked = transaction.store;
    const still = (await toBeTold({ ...telling, store: asked })).map(({ name }) => name);
    const drafts = all.filter(({ to }) => still.includes(to.name));
    if (drafts.length === 0) return [];
    const { nonce, keys } = await transaction.facts(NO_QUESTIONS);
    const { mails } = await write(drafts, {
      ...{ config, keys, nonce, now: now() },
      files: filesIn(asked),
    });
    const people = drafts.map(({ to }) => to.name);
    return transaction.commit({
      changes: [{ type: 'staff.notified', people, isWeekly: true }],
      outgoing: mails,
    });
  }, PATIENCE_SECONDS);
}

/** Who is away gets it when they are back. */
async function toBeTold({
  config,
  store,
  now,
}: Pick<Telling, 'config' | 'now'> & { readonly store: Asked }): Promise<readonly StaffPerson[]> {
  const { weekly = {} } = await store.notices();
  const people = config.staff.filter(
    ({ name, digest }) => digest === 'weekly' && isTimeForWeekly(weekly[name], now()),
  );
  if (people.length === 0) return [];
  const away = awayIn(await store.facts({ ...NO_QUESTIONS, away: true }));
  return people.filter(({ name }) => awayAt(away, name, now()) === null);
}

async function draftsFor(
  people: readonly StaffPerson[],
  { config, store, now }: Telling,
): Promise<readonly WeeklyDraft[]> {
  const time = now();
  const queues = config.queues.map(({ prefix }) => prefix);
  const week = new WeekOfQueues(time);
  for await (const commit of store.commits(lastMonday(time))) week.add(commit);
  for (const { ticket: id, serial } of week.earlier) {
    const ticket = await store.ticket(id);
    if (ticket !== null) week.addEarlier(ticket, serial);
  }
  for await (const ticket of store.tickets('open', queues)) week.open(ticket);
  for (const mail of await store.held()) week.held(mail);
  return weeklyDrafts(people, queues, week);
}
