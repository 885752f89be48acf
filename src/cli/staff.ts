/**
 * `mailrobot staff`: who works at the desk, and who of them is away. The same as `away` and `back`
 * in a mail of commands (desk/away.ts), for whoever administers the desk.
 */
import { absenceIn, readUntil, untilInWords } from '../desk/away.ts';
import { memberMeant, unknownName } from '../desk/member.ts';
import { NO_QUESTIONS } from '../journal/facts.ts';
import { screen } from '../pages/style.ts';
import { table } from '../pages/table.ts';
import type { WithConfig } from './commands/given.ts';
import { type Desk, openDesk } from './open-desk.ts';
import { Refused } from './refused.ts';
import { type AsJson, writeAsJson } from './rows.ts';
import type { Run } from './run.ts';

interface Member {
  readonly name: string;
  readonly addresses: readonly string[];
  readonly notify: string;
  /** null for who is here; of one who has named no day, `until` is null. */
  readonly away: { readonly until: string | null } | null;
}

export async function listStaff({ config: file, ...as }: WithConfig & AsJson, run: Run) {
  const { config, store } = await openDesk(file, run);
  const absence = absenceIn(await store.facts({ ...NO_QUESTIONS, away: true }), run.now());
  const members: readonly Member[] = config.staff.map(({ name, addresses, notify }) => ({
    ...{ name, addresses, notify, away: absence(name) },
  }));
  if (writeAsJson(members, as)) return;
  if (members.length === 0) {
    run.explain('the config names nobody: staff');
    return;
  }
  const rows = members.map(({ name, notify, away, addresses }) => [
    ...[name, notify, away === null ? '-' : (away.until ?? 'until they are back')],
    addresses.join(' '),
  ]);
  const at = screen(process.stdout.isTTY, process.stdout.columns, run.environment);
  process.stdout.write(table(['NAME', 'NOTIFY', 'AWAY UNTIL', 'ADDRESSES'], rows, at));
}

export async function setAway(
  name: string,
  { config, until }: WithConfig & { readonly until?: string },
  run: Run,
): Promise<void> {
  const desk = await openDesk(config, run);
  const read = readUntil(until ?? '', run.now());
  if ('refused' in read) throw new Refused(`--until: ${read.refused}`, true);
  const person = await change(name, { isAway: true, until: read.until }, desk);
  const when = read.until === null ? 'they are back' : untilInWords(read.until);
  run.say(`${person} is away until ${when}.`);
}

export async function setBack(name: string, { config }: WithConfig, run: Run): Promise<void> {
  const desk = await openDesk(config, run);
  run.say(`${await change(name, { isAway: false, until: null }, desk)} is back.`);
}

async function change(
  named: string,
  what: { readonly isAway: boolean; readonly until: string | null },
  { config, store, by }: Desk,
): Promise<string> {
  const member = memberMeant(named, by, config.staff);
  if (member === null) throw new Refused(unknownName(named, config.staff));
  const { name: person } = member;
  await store.transact(async (transaction) => {
    const changes = [{ type: 'staff.away', person, ...what, by } as const];
    await transaction.commit({ changes, outgoing: [] });
  });
  return person;
}
