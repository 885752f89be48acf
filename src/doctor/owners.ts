/**
 * Who owns what, and who Postfix runs us as: local(8) runs a command as the owner of the map that
 * it has found it in, and as a user of little rights if that is root. That user must be the one
 * that owns the store, and nobody else may be able to write a line into the map. Pure.
 */
import { dirname } from 'node:path';
import { hasPassword } from '../config/database.ts';
import type { DoctorFacts, FileFacts, MapFacts, PostfixFacts, User } from './facts.ts';
import { type Finding, type Findings, listed, quoted, type Unchecked } from './finding.ts';

const WRITABLE_BY_OTHERS = 0o022;
const OPEN_TO_OTHERS = 0o077;
const READABLE_BY_ALL = 0o004;

export function ownerFindings(facts: DoctorFacts): Findings {
  return [
    ...(facts.postfix === null ? [] : mapsFindings(facts, facts.postfix)),
    ...storeFindings(facts),
    ...configFindings(facts),
    ...openFindings(facts),
  ];
}

/** Maps that hold a command of ours. */
export function ourMaps(postfix: Pick<PostfixFacts, 'aliases' | 'aliasMaps'>): readonly MapFacts[] {
  const found = postfix.aliases.flatMap(({ found }) =>
    found?.commands.some(({ copy }) => copy !== 'not mailrobot') ? [found.map] : [],
  );
  return postfix.aliasMaps.filter(({ map }) => found.includes(map));
}

/** Of a table that is no file nobody can say as whom local(8) runs its commands. */
export function uncheckedOwners({ postfix }: DoctorFacts): readonly Unchecked[] {
  if (postfix === null) return [];
  return ourMaps(postfix)
    .filter(({ source, read, folder }) => [source, read, folder].every((one) => one === null))
    .map(({ map }) => ({
      what: `The owner of ${map}, which has aliases of the desk, was not checked.`,
      why: 'It is no file of this machine, so nothing shows as whom Postfix runs its commands. With --roundtrip a mail shows whether that is the right user.',
    }));
}

/** Whom local(8) becomes for a command of this map; null if that is not known. */
export function runsAs({ read }: MapFacts, defaultUser: User | null): User | null {
  if (read === null) return null;
  return read.owner.uid === 0 ? defaultUser : read.owner;
}

function mapsFindings(facts: DoctorFacts, postfix: PostfixFacts): Findings {
  const { defaultUser, ticketsMap } = postfix;
  return [
    ...ourMaps(postfix).flatMap((map) => mapFindings(map, facts, defaultUser)),
    ...ticketsFindings(ticketsMap),
  ];
}

function mapFindings(map: MapFacts, facts: DoctorFacts, defaultUser: User | null): Findings {
  const { storeOwner: owner } = facts;
  const { source, read, folder } = map;
  if (read === null) return [];
  const user = runsAs(map, defaultUser);
  const path = source?.path ?? read.path;
  const mend = [
    `chown -R ${owner.name} ${quoted(dirname(path))}`,
    ...(source === null ? [] : [`postalias ${quoted(map.map)}`]),
  ];
  const wrongUser: Finding = {
    ...{ id: 'map-owner', level: 'critical' },
    what: `Postfix runs mailrobot as ${user?.name}, and the store belongs to ${owner.name}.`,
    why: `${read.path} belongs to ${read.owner.name}, and Postfix runs a command as the owner of its map${
      read.owner.uid === 0 ? ', or as default_privs says if that is root' : ''
    }. The mail stays in the queue.`,
    mend:
      dirname(path) === '/etc' || source === null
        ? [`# move the lines of mailrobot into a map of their own: mailrobot init --print`]
        : mend,
  };
  const files = [source, folder].flatMap((file) => file ?? []);
  const others = files.filter((file) => file.owner.uid !== read.owner.uid);
  const nextOwner: Finding = {
    ...{ id: 'map-source-owner', level: 'warning' },
    what: `${listed(others.map((file) => file.path))} does not belong to ${owner.name}.`,
    why: 'postalias makes the .db as the owner of its source, in that folder. The next time that somebody runs it, it fails, or mailrobot runs as another user.',
    mend,
  };
  const open = [...files, read].filter((file) => (file.mode & WRITABLE_BY_OTHERS) !== 0);
  const writable: Finding = {
    ...{ id: 'map-writable', level: 'critical' },
    what: `Others than its owner may write to ${listed(open.map((file) => file.path))}.`,
    why: `Whoever writes a line there has Postfix run any command as ${user?.name ?? owner.name}.`,
    mend: [`chmod go-w ${open.map((file) => quoted(file.path)).join(' ')}`],
  };
  const stale: Finding = {
    ...{ id: 'map-stale', level: 'critical' },
    what: `${read.path} is older than ${source?.path}.`,
    why: 'Postfix reads the .db alone. What was changed in the file since does not count yet.',
    mend: [`postalias ${quoted(map.map)}`],
  };
  // A store of root's is the fault then, and not the map.
  const isRight = user === null || user.uid === owner.uid || owner.uid === 0;
  const isStale = source !== null && source.path !== read.path && isOlder(read, source);
  return [
    ...(isRight ? [] : [wrongUser]),
    ...(isRight && owner.uid !== 0 && others.length > 0 ? [nextOwner] : []),
    ...(open.length > 0 ? [writable] : []),
    ...(isStale ? [stale] : []),
  ];
}

/** A file that is written and compiled in one go may differ by less. */
const SECOND_MS = 1000;

function isOlder(one: FileFacts, other: FileFacts): boolean {
  return one.changed + SECOND_MS < other.changed;
}

function ticketsFindings(map: MapFacts | null): Findings {
  if (map === null || map.read === null) return [];
  const { read, folder } = map;
  const open = [read, ...(folder === null ? [] : [folder])].filter(
    (file) => file.owner.uid !== 0 || (file.mode & WRITABLE_BY_OTHERS) !== 0,
  );
  if (open.length === 0) return [];
  const paths = open.map((file) => quoted(file.path));
  return [
    {
      ...{ id: 'tickets-map-writable', level: 'critical' },
      what: `Others than root may write to ${listed(open.map((file) => file.path))}.`,
      why: 'Whoever can change a map of virtual_alias_maps can take the mail of every address.',
      mend: [`chown root ${paths.join(' ')} && chmod go-w ${paths.join(' ')}`],
    },
  ];
}

function storeFindings(facts: DoctorFacts): Findings {
  const { config, store, storeOwner, postfix, closed } = facts;
  const path = quoted(store.path);
  const isDatabase = config.store.kind === 'database';
  const named = isDatabase ? 'folder' : 'store';
  const ofRoot: Finding = {
    ...{ id: 'store-root', level: 'critical' },
    what: `The ${named} ${store.path} belongs to root.`,
    why: 'Postfix never runs a command as root, so no mail can reach it.',
    mend: [`chown -R ${deliverer(postfix)} ${path}`],
  };
  const open: Finding = {
    ...{ id: 'store-open', level: 'critical' },
    what: `Others than ${storeOwner.name} may look into the ${named} ${store.path}.`,
    why: isDatabase
      ? 'Mail lies there while it is being received.'
      : 'It holds all mail, and the keys by which the desk knows its own mail.',
    mend: [`chmod 700 ${path}`],
  };
  const beyond = (folder: string): Finding => ({
    ...{ id: 'store-closed', level: 'critical' },
    what: `${storeOwner.name} may not pass ${folder}, and the ${named} ${store.path} lies below it.`,
    why: 'Mail is delivered as that user, so all of it stays in the queue.',
    mend: [`chmod o+x ${quoted(folder)}`],
  });
  return [
    ...(storeOwner.uid === 0 ? [ofRoot] : []),
    ...((store.mode & OPEN_TO_OTHERS) === 0 ? [] : [open]),
    // If it keeps them from the config as well, that is told.
    ...(closed.store === null || closed.store === closed.config ? [] : [beyond(closed.store)]),
  ];
}

/** Whom the alias map belongs to, if that is not root. */
function deliverer(postfix: PostfixFacts | null): string {
  const owners = postfix === null ? [] : ourMaps(postfix).flatMap(({ read }) => read?.owner ?? []);
  return owners.find(({ uid }) => uid !== 0)?.name ?? 'mailrobot';
}

function configFindings({
  config,
  configFile,
  storeOwner,
  isConfigReadable,
  closed,
}: DoctorFacts): Findings {
  const path = quoted(config.file);
  const isTheirs = storeOwner.uid !== 0 && ![0, storeOwner.uid].includes(configFile.owner.uid);
  const mend = [`chown root:${storeOwner.name} ${path} && chmod 640 ${path}`];
  const others: Finding = {
    ...{ id: 'config-writable', level: 'critical' },
    what: `${config.file} can be written by others than root and ${storeOwner.name}.`,
    why: 'It names programs that mailrobot runs, so whoever can write it can run anything.',
    mend,
  };
  const secret: Finding = {
    ...{ id: 'config-secret', level: 'critical' },
    what: `Everybody may read ${config.file}, and there is a password or a secret in it.`,
    why: 'By it they could log in, or send events in the name of the desk.',
    mend,
  };
  const unreadable: Finding = {
    ...{ id: 'config-unreadable', level: 'critical' },
    what: `${storeOwner.name} cannot read ${config.file}${
      closed.config === null ? '' : `: it may not pass ${closed.config}`
    }.`,
    why: 'Mail is delivered as that user, so all of it stays in the queue.',
    mend: closed.config === null ? mend : [`chmod o+x ${quoted(closed.config)}`],
  };
  const hasSecret =
    hasPassword(config.store) ||
    config.users.length > 0 ||
    config.subscribers.some(({ type }) => type === 'webhook');
  const isOpen = isTheirs || (configFile.mode & WRITABLE_BY_OTHERS) !== 0;
  return [
    ...(isOpen ? [others] : []),
    ...(hasSecret && (configFile.mode & READABLE_BY_ALL) !== 0 ? [secret] : []),
    ...(isConfigReadable ? [] : [unreadable]),
  ];
}

/** But for those that a map's own finding names. */
function openFindings({ open, storeOwner, postfix }: DoctorFacts): Findings {
  const maps = postfix === null ? [] : [...ourMaps(postfix), postfix.ticketsMap];
  const told = maps.flatMap((map) => map?.folder?.path ?? []);
  const known = storeOwner.uid === 0 ? 'root' : `root and ${storeOwner.name}`;
  return open
    .filter(({ path }) => !told.includes(path))
    .map(
      ({ path, above }): Finding => ({
        ...{ id: 'folder-writable', level: 'critical' },
        what: `Others than ${known} may write to ${path}, and ${above} lies below it.`,
        why: `Whoever can write there can put another in its place, and then have anything run as ${storeOwner.name}.`,
        mend: [`chown root ${quoted(path)} && chmod go-w ${quoted(path)}`],
      }),
    );
}
