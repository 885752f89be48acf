/**
 * `mailrobot recipient`: which addresses are valid, and where each goes.
 *
 * The same as `recipient` in a mail of commands, and as the orders of `apply`; `import` is for the
 * terminal alone. Each change is an event (recipients/change.ts).
 */
import { readFileSync } from 'node:fs';
import { inertLine } from '../pages/inert.ts';
import { screen } from '../pages/style.ts';
import { table as tableOf } from '../pages/table.ts';
import type { RefusedOrders } from '../recipients/change.ts';
import {
  type ChangeContext,
  changeRecipients,
  type DoneOrders,
  decided,
  type RecipientOrder,
  rulesFor,
} from '../recipients/change.ts';
import { listedIn } from '../recipients/listed.ts';
import { openRecipients } from '../recipients/open.ts';
import { readAddress, readRecipient } from '../recipients/recipient.ts';
import type { RecipientEdit } from '../recipients/table.ts';
import type { WithConfig } from './commands/given.ts';
import { openDesk } from './open-desk.ts';
import { reading } from './reading.ts';
import { Refused } from './refused.ts';
import { type AsJson, writeAsJson } from './rows.ts';
import type { Run } from './run.ts';

const MAX_FILE_BYTES = 64 * 1024 * 1024;

export async function addRecipient(
  address: string,
  destination: string,
  { config }: WithConfig,
  run: Run,
): Promise<void> {
  const read = readRecipient(address, destination);
  if ('refused' in read) throw new Refused(read.refused, true);
  const done = await changed([{ type: 'add', ...read }], await contextOf(config, run));
  const [edit] = done.edits;
  const where = `${read.address} goes to ${read.destination}`;
  run.say(edit === undefined ? `Nothing to be done: ${where}.` : `${where}${before(edit)}.`);
}

export async function removeRecipient(
  name: string,
  { config }: WithConfig,
  run: Run,
): Promise<void> {
  const read = readAddress(name);
  if ('refused' in read) throw new Refused(read.refused, true);
  const { address } = read;
  const { edits } = await changed([{ type: 'remove', address }], await contextOf(config, run));
  const [edit] = edits;
  if (edit === undefined) throw new Refused(`there is no recipient ${address}`);
  run.say(`${address} is refused from now on; it went to ${edit.destination}.`);
}

export async function listRecipients({ config, ...as }: WithConfig & AsJson, run: Run) {
  const { table } = await contextOf(config, run);
  const recipients = await table.list();
  if (writeAsJson(recipients, as)) return;
  if (recipients.length === 0) {
    run.explain('there are no recipients besides the addresses of the desk');
    return;
  }
  const at = screen(process.stdout.isTTY, process.stdout.columns, run.environment);
  const rows = recipients.map(({ address, destination }) => [address, destination].map(inertLine));
  process.stdout.write(tableOf(['ADDRESS', 'DESTINATION'], rows, at));
}

export async function importRecipients(
  file: string,
  { config, dryRun = false }: WithConfig & { readonly dryRun?: boolean },
  run: Run,
): Promise<void> {
  const context = await contextOf(config, run);
  const octets = reading(file, () => readFileSync(file));
  if (octets.length > MAX_FILE_BYTES) throw new Refused(`${file} has more than 64 MiB`);
  const { recipients, wrong } = listedIn(octets.toString('utf8'));
  if (wrong.length > 0) {
    throw nothingDone(
      wrong.map(({ line, problem }) => `${file}:${line}: ${problem}`),
      run,
    );
  }
  const orders = recipients.map(
    ({ line, ...recipient }) => ({ type: 'add', ...recipient }) as const,
  );
  const done = dryRun ? await previewed(orders, context) : await changeRecipients(orders, context);
  if ('refused' in done) {
    const lines = done.refused.map(
      ({ at, problem }) => `${file}:${recipients[at]?.line}: ${problem}`,
    );
    throw nothingDone(lines, run);
  }
  const { edits } = done;
  const isChange = (edit: RecipientEdit) => edit.type === 'added' && edit.before !== null;
  const moved = edits.filter(isChange).length;
  const same = recipients.length - edits.length;
  const would = dryRun ? 'would be ' : '';
  run.say(`${edits.length - moved} ${would}added, ${moved} ${would}changed, ${same} as they were.`);
}

/** All that is wrong, in the order of the lines. */
function nothingDone(lines: readonly string[], run: Run): Refused {
  for (const line of lines) run.explain(inertLine(line));
  const count = lines.length === 1 ? '1 line is' : `${lines.length} lines are`;
  return new Refused(`${count} wrong, so nothing was done`);
}

async function previewed(orders: readonly RecipientOrder[], { table, rules }: ChangeContext) {
  const rows = new Map((await table.list()).map((row) => [row.address, row.destination]));
  return decided(orders, rows, rules).result;
}

async function changed(
  orders: readonly RecipientOrder[],
  context: ChangeContext,
): Promise<DoneOrders> {
  const done: DoneOrders | RefusedOrders = await changeRecipients(orders, context);
  if ('refused' in done) throw new Refused(done.refused.map(({ problem }) => problem).join('; '));
  return done;
}

async function contextOf(file: string, run: Run): Promise<ChangeContext> {
  const { config, store, by } = await openDesk(file, run);
  const { table, known } = await openRecipients(config, run.environment);
  return { table, store, by, rules: rulesFor(config, known) };
}

function before(edit: RecipientEdit): string {
  return edit.type === 'added' && edit.before !== null
    ? `, and not to ${edit.before} any more`
    : '';
}
