/**
 * `mailrobot fsck | rebuild | key`: an administrator's commands on the whole store.
 *
 * fsck ends with 1 if it found anything; each finding is one line, and the last line
 * says what to do. `key` makes a new key, or takes away what a person's addresses prove.
 */
import { setPriority } from 'node:os';
import { readConfig } from '../config/read.ts';
import { unknownName } from '../desk/member.ts';
import type { Maintenance } from '../journal/maintenance.ts';
import { inertLine } from '../pages/inert.ts';
import type { WithConfig } from './commands/given.ts';
import { openMaintenance } from './open-maintenance.ts';
import { Refused } from './refused.ts';
import type { Run } from './run.ts';
import { becomeOwner } from './store-owner.ts';

const MAX_FINDINGS_SHOWN = 100;
/** As nice(1) has it. */
const LOW_PRIORITY = 10;

export async function fsck({ config: configFile }: WithConfig, run: Run): Promise<void> {
  const { findings, commits } = await (await maintenance(configFile, run)).check();
  for (const { file, problem } of findings.slice(0, MAX_FINDINGS_SHOWN))
    run.say(inertLine(`${file}: ${problem}`));
  if (findings.length === 0) {
    run.say(`The store is in order: ${commits} commits.`);
    return;
  }
  const isRebuildable = findings.every((finding) => finding.isRebuildable);
  const advice = isRebuildable
    ? 'mailrobot rebuild makes it again'
    : 'what a backup holds can be restored, and new mail is still taken where that is safe';
  const count = findings.length === 1 ? 'one fault' : `${findings.length} faults`;
  throw new Refused(`${count} in the store: ${advice}`);
}

interface RebuildOptions extends WithConfig {
  readonly attachments?: boolean;
}

export async function rebuild({ config, attachments }: RebuildOptions, run: Run): Promise<void> {
  await (attachments === true ? rebuildAttachments : rebuildAll)(config, run);
}

async function rebuildAll(configFile: string, run: Run): Promise<void> {
  const progress = setTimeout(() => run.explain('Rebuilding; mail waits meanwhile.'), 1000);
  const { commits } = await maintenance(configFile, run, true)
    .then((whole) => whole.rebuild())
    .finally(() => clearTimeout(progress));
  run.say(`Rebuilt from ${commits} commits.`);
}

/** Started by the runs after a power cut; the mail that comes meanwhile goes before. */
async function rebuildAttachments(configFile: string, run: Run): Promise<void> {
  setPriority(LOW_PRIORITY);
  await (await maintenance(configFile, run)).rebuildAttachments();
}

export async function rotateKey({ config: configFile }: WithConfig, run: Run): Promise<void> {
  const { keys, forgotten } = await (await maintenance(configFile, run)).rotateKey();
  run.say(
    `A new key signs from now on; ${keys - 1} older ${keys === 2 ? 'one still verifies' : 'ones still verify'}.`,
  );
  if (forgotten > 0)
    run.explain('mailrobot: what the oldest key has signed proves nothing any more');
}

export async function revoke(
  person: string,
  { config: configFile }: WithConfig,
  run: Run,
): Promise<void> {
  const { staff } = readConfig(configFile);
  if (!staff.some(({ name }) => name === person)) {
    throw new Refused(unknownName(person, staff));
  }
  await (await maintenance(configFile, run)).revoke(person);
  run.say(
    `The reply addresses that ${person} has are no longer valid; the next mail brings new ones.`,
  );
}

export async function maintenance(
  configFile: string,
  run: Run,
  isRepair = false,
): Promise<Maintenance> {
  const config = readConfig(configFile);
  becomeOwner(config);
  return openMaintenance(config, run, isRepair);
}
