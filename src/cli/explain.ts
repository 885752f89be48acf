/**
 * `mailrobot explain`: what was decided about a mail, and why.
 *
 * Named by its Message-ID, by the queue id that stands in Postfix's log, by a file that holds
 * it, or by the ticket that it is in (then every mail of that ticket). What is shown was written down with the
 * mail: today's rules have no part in it (`replay` asks them).
 */
import { readFileSync } from 'node:fs';
import { ticketNames } from '../config/config.ts';
import type { RecordedMail } from '../journal/ledger.ts';
import type { CommitLog } from '../journal/log.ts';
import { decisionPage } from '../pages/decision-page.ts';
import { fullTime } from '../pages/time.ts';
import { headerFields, headerOf, messageIds } from '../reading/header.ts';
import { parseTicketName } from '../ticket/id.ts';
import { receivedAs } from '../ticket/ticket.ts';
import { deskScreen } from './desk-screen.ts';
import { type Desk, openDesk, ticketNamed } from './open-desk.ts';
import { Refused } from './refused.ts';
import { type LoggedRun, loggedOf, runLine } from './robot-log.ts';
import { type AsJson, writeAsJson } from './rows.ts';
import type { Run } from './run.ts';

export async function explain(
  name: string,
  { config, ...as }: { readonly config: string } & AsJson,
  run: Run,
): Promise<void> {
  // First: from openDesk on, root is the store's owner, who may not read what root may.
  const ids = messageIdsOf(name);
  const desk = await openDesk(config, run);
  const found = await mailsNamed(name, ids, desk);
  if (found.length === 0) throw new Refused(`no mail is known as "${name}"`);
  const runs = await runsOf(found, desk.log);
  const withRuns = found.map((mail) => {
    const robot = runs.get(mail.seq);
    return robot === undefined ? mail : { ...mail, robot };
  });
  if (writeAsJson(withRuns, as)) return;
  const at = deskScreen(desk, run);
  const pages = found.map(({ seq, time, decision, changes }) => {
    const page = { title: `Commit ${seq}, ${fullTime(time, at)}`, decision, changes };
    return `${decisionPage(page, at)}${(runs.get(seq) ?? []).map((one) => runLine(one, at)).join('')}`;
  });
  process.stdout.write(pages.join('\n'));
}

/** What robots have done with them, by the number of the mail; reads the journal on from there. */
async function runsOf(
  mails: readonly RecordedMail[],
  log: CommitLog,
): Promise<ReadonlyMap<number, readonly LoggedRun[]>> {
  const queued = mails.filter(({ changes }) => changes.some(({ type }) => type === 'robot.queued'));
  const found = new Map<number, LoggedRun[]>(queued.map(({ seq }) => [seq, []]));
  if (queued.length === 0) return found;
  const first = Math.min(...queued.map(({ seq }) => seq));
  for await (const { time, seq, changes } of log.commits(first - 1).read()) {
    for (const change of changes) {
      const row = loggedOf(change, seq);
      if (row === null) continue;
      // What has come of a plan is told with the mail that asked for it, too.
      for (const of of new Set([row.run, row.plan ?? row.run]))
        found.get(of)?.push({ time, ...row });
    }
  }
  return found;
}

/** Short and long ones of Postfix, and those of `mailrobot serve`. */
const QUEUE_ID = /^[0-9A-Za-z]{5,40}$/;

async function mailsNamed(
  name: string,
  ids: readonly string[],
  { config, store }: Desk,
): Promise<readonly RecordedMail[]> {
  const named = parseTicketName(name, ticketNames(config));
  const ticket = named === null ? null : await ticketNamed(named, store);
  if (ticket !== null) {
    const raws = ticket.messages.flatMap((message) => {
      const provenBy = message.direction === 'in' ? message.provenBy : undefined;
      return [receivedAs(message), provenBy ?? null];
    });
    const found: RecordedMail[] = [];
    for (const raw of raws) {
      const mail = raw === null ? null : await store.mailAt(raw);
      if (mail !== null) found.push(...(await withCopies(mail, store)));
    }
    return found;
  }
  const mails = (await Promise.all(ids.map((messageId) => store.mailsNamed(messageId)))).flat();
  const isNotFound = mails.length === 0 && QUEUE_ID.test(name);
  return isNotFound ? store.mailsQueuedAs(name) : mails;
}

/** A mail, and before it the copies that it has risen from. */
async function withCopies(
  mail: RecordedMail,
  store: Desk['store'],
): Promise<readonly RecordedMail[]> {
  const again = mail.changes.find((change) => change.type === 'mail.again');
  const isRise = mail.changes.every(({ type }) => type !== 'message.proven');
  const earlier = again === undefined || !isRise ? null : await store.mailOf(again.earlier);
  return earlier === null ? [mail] : [...(await withCopies(earlier, store)), mail];
}

/** The name itself, or what the header of the file of that name says. */
function messageIdsOf(name: string): readonly string[] {
  try {
    return messageIds(headerFields(headerOf(readFileSync(name))), 'message-id');
  } catch {
    return [name.startsWith('<') ? name : `<${name}>`];
  }
}
