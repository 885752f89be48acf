/**
 * `mailrobot erase`: takes a person, or a ticket, out of the store.
 *
 * What it will be is found out first, then remembered beside the config, then done: killed in
 * between, the same command does it. What others have repeated is listed for a person to decide.
 * Ends with 1 if nothing is erased.
 */
import { isOwnAddress, ownAddresses } from '../addresses/own-address.ts';
import { type Config, ticketNames } from '../config/config.ts';
import { readConfig } from '../config/read.ts';
import { htmlReader } from '../intake/html-reader.ts';
import { tellAgain } from '../jobs/tell-again.ts';
import {
  type Erasure,
  ofPerson,
  ofTicket,
  type Quoted,
  type Whom,
} from '../journal/erasing/erasure.ts';
import type { Erased } from '../journal/erasing/memory.ts';
import { inertLine } from '../pages/inert.ts';
import { userName } from '../runtime/user-name.ts';
import { sameMailbox } from '../ticket/address.ts';
import { parseTicketName } from '../ticket/id.ts';
import type { WithConfig } from './commands/given.ts';
import { rememberErasure } from './erasures.ts';
import { openDesk, ticketNamed } from './open-desk.ts';
import { openMaintenance } from './open-maintenance.ts';
import { openStore } from './open-store.ts';
import { Refused } from './refused.ts';
import type { Run } from './run.ts';
import { asOwner } from './store-owner.ts';

interface EraseOptions extends WithConfig {
  readonly dryRun?: boolean;
}

export async function erase(
  named: string,
  { config: configFile, dryRun = false }: EraseOptions,
  run: Run,
): Promise<void> {
  const config = readConfig(configFile);
  const what = await erasedBy(named, config, run);
  const whom = whomOf(what);
  const maintenance = () => openMaintenance(config, run);
  const planned = await asOwner(config, async () => (await maintenance()).erasure(whom));
  mustBeAllowed(planned, named);
  if (dryRun) {
    run.say(`Would erase ${inWords(planned)}.`);
    sayQuoted(planned.quoted, run);
    return;
  }
  await rememberErasure(config.file, what, planned);
  const { epoch, seq, ...done } = await asOwner(config, async () => {
    const progress = setTimeout(() => run.explain('Erasing; mail waits meanwhile.'), 1000);
    return maintenance()
      .then((whole) => whole.erase({ whom, by: run.environment['SUDO_USER'] ?? userName() }))
      .finally(() => clearTimeout(progress));
  });
  mustBeAllowed(done, named);
  // It may have been another number by then.
  await rememberErasure(config.file, what, { epoch, seq });
  run.say(`Erased ${inWords(done)}.`);
  sayQuoted(done.quoted, run);
  // Its end tells the subscribers.
  const desk = await openDesk(configFile, run);
  const htmlOf = htmlReader({ ...desk, reader: run.reader });
  await tellAgain(done, { ...desk, now: run.now, htmlOf });
}

async function erasedBy(named: string, config: Config, run: Run): Promise<Erased> {
  if (!named.includes('@')) {
    const names = parseTicketName(named, ticketNames(config));
    if (names === null) throw new Refused(`"${named}" is neither an address nor a ticket`, true);
    const found = await asOwner(config, async () =>
      ticketNamed(names, (await openStore(config, run)).store),
    );
    if (found === null) throw new Refused(`there is no ticket ${names[0]}`);
    return { ticket: found.id };
  }
  const member = config.staff.find(({ addresses }) =>
    addresses.some((address) => sameMailbox(address, named)),
  );
  if (member !== undefined) {
    throw new Refused(
      `${named} is ${member.name}'s, who is of the staff: take it out of the config first`,
    );
  }
  if (isOwnAddress(named, ownAddresses(config))) {
    throw new Refused(`${named} is the desk's own address`);
  }
  return { address: named };
}

function whomOf(what: Erased): Whom {
  return 'address' in what ? ofPerson(what.address) : ofTicket(what.ticket);
}

function mustBeAllowed({ commits, onHold, isOldFormat }: Erasure, named: string): void {
  if (commits.length === 0) throw new Refused(`there is nothing to erase of ${named}`);
  if (onHold.length > 0) {
    throw new Refused(`${onHold.join(', ')}: on legal hold, so nothing of ${named} is erased`);
  }
  if (isOldFormat) {
    throw new Refused('an older mailrobot wrote some of it: run mailrobot upgrade first');
  }
}

function inWords({ commits, mails, files, tickets }: Erasure): string {
  const where = tickets.length === 0 ? '' : `: ${tickets.join(', ')}`;
  const [words, all] = [counted(commits.length, 'commit'), counted(mails, 'mail')];
  return `words of ${words}, ${all} and ${counted(files, 'file')}${where}`;
}

function counted(count: number, what: string): string {
  return `${count} ${what}${count === 1 ? '' : 's'}`;
}

function sayQuoted(quoted: readonly Quoted[], run: Run): void {
  if (quoted.length === 0) return;
  run.say('What others wrote stays. Look at these, which repeat something:');
  for (const { ticket, serial, what, why } of quoted) {
    const place = ticket === null ? `${what} ${serial}` : `${ticket}, ${what} ${serial}`;
    run.say(inertLine(`  ${place}: ${why}`));
  }
}
