/**
 * `mailrobot held`: mail that waits for a staff member.
 *
 * `release` lets a mail in where it was written to; `discard` throws it away (its
 * raw mail stays in the store). Both are in the journal, with who did it.
 */
import { askStore } from '../intake/ask-store.ts';
import { CannotBe, HeldNoMore, RELEASED_AS, release } from '../intake/release.ts';
import { allOf } from '../journal/blobs.ts';
import { isHeldIn, NO_QUESTIONS } from '../journal/facts.ts';
import { heldPage, heldTable } from '../pages/held-page.ts';
import { inertJson } from '../pages/inert.ts';
import { readStored } from '../reading/read.ts';
import type { HeldMail } from '../ticket/held.ts';
import type { WithConfig } from './commands/given.ts';
import { deskScreen } from './desk-screen.ts';
import { type Desk, openDesk } from './open-desk.ts';
import { oneOf, Refused } from './refused.ts';
import { type AsJson, writeAsJson } from './rows.ts';
import type { Run } from './run.ts';
import { showPage } from './show-page.ts';

export async function listHeld({ config, ...as }: WithConfig & AsJson, run: Run): Promise<void> {
  const desk = await openDesk(config, run);
  const mails = await desk.store.held();
  if (writeAsJson(mails, as)) return;
  if (mails.length === 0) run.explain('no mail is held');
  else await showPage(heldTable(mails, deskScreen(desk, run), run.now()), run, { isTable: true });
}

export async function showHeld(
  id: string,
  { config, json }: WithConfig & Pick<AsJson, 'json'>,
  run: Run,
): Promise<void> {
  const desk = await openDesk(config, run);
  const mail = await namedHeld(id, desk);
  if (json) {
    process.stdout.write(`${inertJson(mail)}\n`);
    return;
  }
  await showPage(heldPage(mail, await textOf(mail, desk, run), deskScreen(desk, run)), run);
}

export async function releaseHeld(
  id: string,
  { config, as }: WithConfig & { readonly as?: string },
  run: Run,
): Promise<void> {
  const wanted = as === undefined ? null : oneOf('--as', as, RELEASED_AS);
  const desk = await openDesk(config, run);
  const mail = await namedHeld(id, desk);
  const { environment, reader, now } = run;
  const context = { ...desk, environment, reader, now, askStore };
  const isSent = await release(mail, desk.by, context, wanted).catch((error: unknown) => {
    if (error instanceof CannotBe) throw new Refused(error.message);
    throw error instanceof HeldNoMore ? notHeld(id) : error;
  });
  run.say(wanted === 'ticket' ? `Held mail ${id} is a ticket now.` : `Held mail ${id} was let in.`);
  if (!isSent) run.explain('mailrobot: let in; the acknowledgement waits for sendmail');
}

export async function openHeld(id: string, { config }: WithConfig, run: Run): Promise<void> {
  await releaseHeld(id, { config, as: 'ticket' }, run);
}

export async function discardHeld(id: string, { config }: WithConfig, run: Run): Promise<void> {
  const desk = await openDesk(config, run);
  const { id: held } = await namedHeld(id, desk);
  await desk.store.transact(async (transaction) => {
    const facts = await transaction.facts({ ...NO_QUESTIONS, held: [held] });
    if (!isHeldIn(facts, held)) throw notHeld(id);
    const changes = [{ type: 'mail.discarded', held, by: desk.by } as const];
    await transaction.commit({ changes, outgoing: [] });
  });
  run.say(`Held mail ${id} was discarded; its raw mail stays in the store.`);
}

async function namedHeld(id: string, { store }: Desk): Promise<HeldMail> {
  const mail = (await store.held()).find((held) => String(held.id) === id);
  if (mail === undefined) throw notHeld(id);
  return mail;
}

function notHeld(id: string): Refused {
  return new Refused(`no mail is held under "${id}": mailrobot held list has them`);
}

async function textOf({ raw }: HeldMail, { config, store }: Desk, run: Run): Promise<string> {
  const octets = await allOf(await store.rawMail(raw));
  const { text, faults } = await readStored(() => [octets], config.limits.reading, run.reader);
  return faults.length === 0 ? text : `[${faults.join('; ')}]\n${text}`;
}
