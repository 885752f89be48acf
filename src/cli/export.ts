/**
 * `mailrobot export`: what is known of a person, as JSON, or their mails as an mbox.
 *
 * Changes nothing, and a legal hold does not refuse it. A mail that is not there any more is left
 * out, and said. Ends with 1 if nothing is known of them.
 */
import { once } from 'node:events';
import { allOf } from '../journal/blobs.ts';
import { authorsIn, hasHeader } from '../journal/erasing/authors.ts';
import { NO_QUESTIONS } from '../journal/facts.ts';
import type { Happened } from '../journal/ledger.ts';
import { inertJson } from '../pages/inert.ts';
import { mboxEntry } from '../pages/mbox.ts';
import { exportOf, Gathering, type TheirMails } from '../reports/exported.ts';
import { sameMailbox } from '../ticket/address.ts';
import type { WithConfig } from './commands/given.ts';
import { type Desk, openDesk } from './open-desk.ts';
import { oneOf, Refused } from './refused.ts';
import type { Run } from './run.ts';

interface ExportOptions extends WithConfig {
  readonly mbox?: boolean;
  readonly scope?: string;
}

export async function exportPerson(
  person: string,
  { config, mbox = false, scope }: ExportOptions,
  run: Run,
): Promise<void> {
  if (!person.includes('@')) throw new Refused(`"${person}" is no address`, true);
  if (scope !== undefined) oneOf('--scope', scope, ['notes']);
  const desk = await openDesk(config, run);
  const isPerson = (address: string) => sameMailbox(address, person);
  const gathering = new Gathering(isPerson);
  for await (const commit of desk.store.commits()) {
    gathering.add(commit, await authorsOf(commit, desk));
  }
  const found = gathering.all;
  const address = await failedAt(person, desk);
  if (found.mails.length === 0 && found.tickets.length === 0 && address === null) {
    throw new Refused(`nothing is known of ${person}`);
  }
  if (mbox) await writeMbox(found, desk, run);
  else {
    const tickets = await Promise.all(found.tickets.map((id) => desk.store.ticket(id)));
    const known = {
      ...{ person, isPerson, address, held: await desk.store.held() },
      tickets: tickets.filter((ticket) => ticket !== null),
    };
    process.stdout.write(`${inertJson(exportOf(known, scope !== undefined))}\n`);
  }
}

/** Of a mail that was only recorded, and may come from whoever its envelope does not name. */
async function authorsOf({ changes }: Happened, { store }: Desk): Promise<readonly string[]> {
  const recorded = changes.find(({ type }) => type === 'mail.recorded');
  if (recorded?.type !== 'mail.recorded') return [];
  let read = Buffer.alloc(0);
  try {
    for await (const octets of await store.rawMail(recorded.raw)) {
      read = Buffer.concat([read, octets]);
      if (hasHeader(read)) break;
    }
  } catch {
    // It has expired.
  }
  return authorsIn(read);
}

async function failedAt(person: string, { store }: Desk) {
  const facts = await store.facts({ ...NO_QUESTIONS, addresses: [person] });
  return facts.addresses.get(person) ?? null;
}

async function writeMbox({ mails }: TheirMails, { store }: Desk, run: Run): Promise<void> {
  let lost = 0;
  for (const { raw, time } of mails) {
    const octets = await store.rawMail(raw).then(allOf, () => null);
    if (octets === null) lost += 1;
    else if (!process.stdout.write(mboxEntry(octets, new Date(time)))) {
      await once(process.stdout, 'drain');
    }
  }
  if (lost > 0) run.explain(`mailrobot: ${lost} mails are not there any more, or not gone out yet`);
}
