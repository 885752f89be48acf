/**
 * `mailrobot doctor`: what is wrong with the desk and with the Postfix in front of it, why, and
 * what mends it.
 *
 * For root, or for the owner of the store, who sees less of it. Changes nothing: addresses are
 * tried by SMTP up to RCPT, and the aliases' commands with an empty mail, of which nothing is
 * kept; `--roundtrip` sends one mail and waits for it, `--attack` forged ones as well. What belongs
 * to root is looked at first; then root becomes the owner of the store. Ends with 1 if something is
 * found; what could not be looked at is told, and is no finding.
 */
import { readFileSync, realpathSync } from 'node:fs';
import { userInfo } from 'node:os';
import { type Config, folderOf } from '../config/config.ts';
import { BadConfig, readConfig } from '../config/read.ts';
import { uncheckedStandbys } from '../doctor/database.ts';
import { diagnose } from '../doctor/diagnose.ts';
import type { CommandEnd, DoctorFacts, FileFacts, PostfixFacts } from '../doctor/facts.ts';
import { type Finding, type Findings, quoted, type Unchecked } from '../doctor/finding.ts';
import { type Attacked, fateOf } from '../doctor/forgeries.ts';
import { ourMaps, runsAs, uncheckedOwners } from '../doctor/owners.ts';
import { valuesIn } from '../mta/lines.ts';
import { configFlag } from '../mta/needs.ts';
import { Failure } from '../outcome.ts';
import { findingsPage } from '../pages/findings-page.ts';
import { inertJson, inertLine } from '../pages/inert.ts';
import { screen } from '../pages/style.ts';
import { table } from '../pages/table.ts';
import { type Row, rowsOf } from '../reports/health.ts';
import { ownerOf } from '../stores/files/open.ts';
import { problemLine, problemsIn } from './config-check.ts';
import { tryCommand } from './gather/commands.ts';
import { databaseFacts } from './gather/database.ts';
import { fileFacts, groupOf, userOf } from './gather/files.ts';
import { closedAbove, openAbove } from './gather/folders.ts';
import { healthOf } from './gather/health.ts';
import { hoursFacts } from './gather/hours.ts';
import { machineFacts } from './gather/machine.ts';
import { sendMails } from './gather/mails.ts';
import { wrongParts, wrongSnippets } from './gather/parts.ts';
import { exportedBy, postfixFacts } from './gather/postfix.ts';
import { recipientFacts } from './gather/recipients.ts';
import { runtimeOf } from './gather/runtime.ts';
import { mayNotLook } from './may-not-look.ts';
import { programOf } from './postfix.ts';
import { Ended, Refused } from './refused.ts';
import { neverStarted } from './robot-warnings.ts';
import type { Run } from './run.ts';
import { rowsAfter } from './status.ts';
import { becomeOwner } from './store-owner.ts';

export interface DoctorOptions {
  readonly config: string;
  readonly json?: boolean;
  readonly roundtrip?: boolean;
  readonly attack?: boolean;
}

export async function doctor(
  { config: file, json, roundtrip: isSent = false, attack: isAttacked = false }: DoctorOptions,
  run: Run,
): Promise<void> {
  const how = { isSent: isSent || isAttacked, isAttacked };
  const { findings, unchecked = [], attacks } = await visit(file, how, run);
  const runtime = runtimeOf(run.version);
  const at = screen(process.stdout.isTTY, process.stdout.columns, run.environment);
  if (json) process.stdout.write(`${inertJson({ findings, unchecked, ...attacks, runtime })}\n`);
  else {
    const rows = attacks?.attacks.map((one) => [one.name, inertLine(fateOf(one))]) ?? [];
    if (rows.length > 0)
      process.stdout.write(`${table(['FORGERY', 'WHAT BECOMES OF IT'], rows, at)}\n`);
    process.stdout.write(findingsPage(findings, runtime.text, at, unchecked));
  }
  if (findings.length > 0) {
    throw new Ended(1, findings.length === 1 ? '1 finding' : `${findings.length} findings`);
  }
}

interface Visit {
  readonly findings: Findings;
  readonly unchecked?: readonly Unchecked[];
  readonly attacks?: { readonly attacks: readonly Attacked[] };
}

async function visit(
  file: string,
  { isSent, isAttacked }: { readonly isSent: boolean; readonly isAttacked: boolean },
  run: Run,
): Promise<Visit> {
  let config: Config;
  try {
    config = readConfig(file);
  } catch (error) {
    if (!(error instanceof Failure)) throw error;
    // Says nothing of whom mail is delivered as.
    if (mayNotLook(error)) throw new Refused(error.message);
    return { findings: [badConfig(error, file)] };
  }
  const { store } = config;
  const [storeFacts, configFacts] = [
    fileFacts(folderOf(store)),
    fileFacts(realpathSync(config.file)),
  ];
  if (storeFacts === null || configFacts === null) return { findings: [noStore(config)] };
  mustBeRootOrOwner(storeFacts);
  const { facts, health, isOwner } = await examine(config, storeFacts, configFacts, run);
  const findings = diagnose(facts, health);
  const unchecked = [...uncheckedOwners(facts), ...uncheckedStandbys(facts)];
  if (!isSent) return { findings, unchecked };
  if (!isOwner) {
    run.explain('mailrobot: no mail was sent, since only the owner of the store can wait for it');
    return { findings, unchecked };
  }
  const { more, attacks } = await sendMails(facts, isAttacked, run);
  const all = { findings: [...findings, ...more], unchecked };
  return { ...all, ...(isAttacked && { attacks: { attacks } }) };
}

/** Their rights are not those of whom mail is delivered as. */
function mustBeRootOrOwner({ path, owner }: FileFacts): void {
  const user = process.geteuid?.();
  if (user === 0 || user === owner.uid) return;
  throw new Refused(
    `the store ${path} belongs to ${owner.name}, and you are ${userInfo().username}: run this as root or as ${owner.name}`,
  );
}

interface Examined {
  readonly facts: DoctorFacts;
  readonly health: readonly Row[];
  /** Whether root has become the owner of the store, and mail can be taken by the config. */
  readonly isOwner: boolean;
}

async function examine(
  config: Config,
  store: FileFacts,
  configFile: FileFacts,
  run: Run,
): Promise<Examined> {
  const program = programOf(run);
  const owner = ownerOf(folderOf(config.store));
  const storeOwner = userOf(owner.uid);
  const postfix = await postfixFacts(config, program, storeOwner, run.environment);
  const commandEnds = postfix === null ? [] : await tryAll(postfix, run);
  const ourFolders =
    postfix === null ? [] : ourMaps(postfix).flatMap(({ folder }) => folder?.path ?? []);
  const open = openAbove([config.file, store.path, ...ourFolders], owner);
  const asOwner = { config, program, storeOwner, store, configFile, open, postfix, commandEnds };
  const refused = becomeOwnerOr(config);
  const closed = { config: closedAbove(configFile.path), store: closedAbove(store.path) };
  const facts: DoctorFacts = {
    ...asOwner,
    isConfigReadable: isReadable(config.file),
    closed,
    machine: await machineFacts(config.store, closed.store === null, run),
    database: await databaseFacts(config),
    recipients: await recipientFacts(config, postfix, run),
    hours: hoursFacts(config, run.now()),
    wrongParts: wrongParts(config),
    wrongSnippets: wrongSnippets(config),
    neverStarted: neverStarted(config),
  };
  const isOwner = facts.isConfigReadable && closed.store === null && refused === null;
  return { facts, isOwner, health: isOwner ? await healthRows(config, run) : [] };
}

/** What keeps root from acting on this config has a finding of its own (doctor/owners.ts). */
function becomeOwnerOr(config: Config): Failure | null {
  try {
    becomeOwner(config);
    return null;
  } catch (error) {
    if (error instanceof Failure) return error;
    throw error;
  }
}

function isReadable(path: string): boolean {
  try {
    readFileSync(path);
    return true;
  } catch {
    return false;
  }
}

async function healthRows(config: Config, run: Run): Promise<readonly Row[]> {
  try {
    return rowsOf(await healthOf(config, run), config.status);
  } catch (error) {
    return rowsAfter(error, config);
  }
}

/** Each command of an alias once, as the user of its map; as somebody else only root can. */
async function tryAll(postfix: PostfixFacts, { environment }: Run): Promise<readonly CommandEnd[]> {
  const { aliases, settings, defaultUser } = postfix;
  const exported = exportedBy(valuesIn(settings.get('export_environment') ?? ''), environment);
  const shell = settings.get('local_command_shell') ?? '';
  const how = { exported, shell, directory: settings.get('command_execution_directory') ?? '' };
  const ends = new Map<string, Promise<CommandEnd | null>>();
  for (const map of ourMaps(postfix)) {
    const user = runsAs(map, defaultUser);
    const gid = user === null ? null : await groupOf(user);
    const self = process.geteuid?.();
    if (user === null || gid === null || (self !== 0 && self !== user.uid)) continue;
    const found = aliases.flatMap((alias) => (alias.found?.map === map.map ? [alias.found] : []));
    for (const { text, copy, verb, isDryRun } of found.flatMap(({ commands }) => commands)) {
      const isRun = (copy === 'this' || copy === 'other') && verb !== null && !isDryRun;
      if (isRun && !ends.has(text)) ends.set(text, tryCommand(text, user, gid, how));
    }
  }
  return (await Promise.all(ends.values())).flatMap((end) => end ?? []);
}

function badConfig(error: Failure, file: string): Finding {
  const problems = error instanceof BadConfig ? error.problems.length : 1;
  const [first] = problemsIn(file);
  return {
    ...{ id: 'config', level: 'critical' },
    what: `${first === undefined ? error.message : problemLine(file, first)}.`,
    why: `Every mail reads the config, and stays in the queue while it cannot be used.${
      problems > 1 ? ` It has ${problems} problems.` : ''
    }`,
    mend: [`mailrobot config check --config ${file}   # says where each of them is`],
  };
}

function noStore(config: Config): Finding {
  const { store } = config;
  if (store.kind === 'database') {
    return {
      ...{ id: 'no-store', level: 'critical' },
      what: `There is no folder ${store.spool} for what is being received here.`,
      why: 'Mail stays in the queue until there is one, of the user that mail is delivered as.',
      mend: [`install -d -m 700 -o mailrobot -g mailrobot ${quoted(store.spool)}`],
    };
  }
  return {
    ...{ id: 'no-store', level: 'critical' },
    what: `There is no store at ${store.root}.`,
    why: 'Mail stays in the queue until there is one.',
    mend: [
      '# mount its disk, name the right folder in "store" of the config, or put a backup back:',
      `mailrobot restore desk.tar${configFlag(config)}`,
    ],
  };
}
