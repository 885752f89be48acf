/**
 * What the doctor looks at: Postfix, the files that it is given, and the user that it runs us as.
 * Gathered at the edge (cli/gather/); everything here is a plain value.
 *
 * null says that it could not be found out; then nothing is found about it.
 */
import type { Config } from '../config/config.ts';

export interface User {
  readonly uid: number;
  readonly name: string;
}

export interface FileFacts {
  readonly path: string;
  readonly owner: User;
  /** Permission bits. */
  readonly mode: number;
  /** Milliseconds since 1970. */
  readonly changed: number;
}

/** A table that Postfix looks something up in: `hash:/etc/aliases`. */
export interface MapFacts {
  readonly map: string;
  /** The text that a person edits; null if there is none, or it is gone. */
  readonly source: FileFacts | null;
  /** What Postfix reads, and whose owner runs its commands: the .db of a hash. */
  readonly read: FileFacts | null;
  /** Where both lie. */
  readonly folder: FileFacts | null;
  /** What Postfix says if it cannot read it. */
  readonly problem: string | null;
}

/** A table that a setting names, and what Postfix says when it is to read it. */
export interface BrokenMap {
  readonly setting: string;
  readonly map: string;
  readonly problem: string;
}

/** A command in an alias, as Postfix would run it. */
export interface CommandFacts {
  /** Behind the `|`. */
  readonly text: string;
  readonly program: string;
  /** none: there is no such program. other: another copy of mailrobot. */
  readonly copy: 'this' | 'other' | 'none' | 'not mailrobot';
  /** The verb; null if the rest of the line cannot be read. */
  readonly verb: string | null;
  /** The one that it names; null if it runs none. */
  readonly robot: string | null;
  /** That `--queue` names. */
  readonly queue: string | null;
  /** The config that it would use. */
  readonly config: string;
  readonly isDryRun: boolean;
  /** It ends with `|| exit 75`. */
  readonly hasNet: boolean;
}

export interface AliasFacts {
  readonly name: string;
  /** null: no map has it. */
  readonly found: {
    readonly map: string;
    readonly value: string;
    readonly commands: readonly CommandFacts[];
  } | null;
  /** It has an owner-NAME beside it. */
  readonly hasOwnerAlias: boolean;
}

export interface RobotsFacts {
  /** Of the config and its folder. */
  readonly names: readonly string[];
  /** Those that a rule gives mail to. */
  readonly ruled: readonly string[];
  /** By the names of the robots, and those that run one by another name. */
  readonly aliases: readonly AliasFacts[];
  readonly holes: readonly HoleFacts[];
}

/** An address with holes, where it is to lead to, and where virtual_alias_maps lead one that fits. */
export interface HoleFacts {
  readonly address: string;
  readonly wanted: string;
  readonly to: string | null;
}

/** An address of the desk, and what becomes of it. */
export interface AddressFacts {
  readonly address: string;
  /** The alias that it should come to; null if it leaves this host, or is one of `alsoKnownAs`. */
  readonly wanted: string | null;
  /** What virtual_alias_maps make of it, or null if they leave it as it is. */
  readonly rewritten: { readonly map: string; readonly to: string } | null;
  /** The alias that it comes to, or null if there is none. */
  readonly alias: string | null;
  /** What smtpd says at RCPT; null if nobody was asked. */
  readonly reply: { readonly code: number; readonly text: string } | null;
}

/** The command of an alias was run with an empty mail, as Postfix would run it. */
export interface CommandEnd {
  readonly command: string;
  readonly user: string;
  /** local_command_shell, or what Postfix takes without it: `/bin/sh -c`. */
  readonly shell: string;
  /** command_execution_directory, or `/`. */
  readonly directory: string;
  readonly end:
    | { readonly type: 'exit'; readonly code: number; readonly output: string }
    | { readonly type: 'signal' | 'not-run' | 'timeout' };
}

/** Which way mail for the desk's domain goes. */
export type Way = 'local' | 'virtual aliases' | 'lmtp' | 'pipe' | 'nowhere' | 'other';

export interface PostfixFacts {
  readonly version: string;
  readonly settings: ReadonlyMap<string, string>;
  readonly way: Way;
  /** By which it goes that way, if that is no alias: `lmtp:unix:private/mailrobot`. */
  readonly transport: string;
  /** The domain is also in these lists. */
  readonly lists: readonly string[];
  readonly aliasMaps: readonly MapFacts[];
  /** Those of alias_maps and of the other settings that each mail to the desk is looked up by. */
  readonly brokenMaps: readonly BrokenMap[];
  /** What Postfix says if it cannot use its settings at all. */
  readonly unusable: string | null;
  /** That of the tickets, if virtual_alias_maps names one. */
  readonly ticketsMap: MapFacts | null;
  readonly aliases: readonly AliasFacts[];
  readonly addresses: readonly AddressFacts[];
  readonly robots: RobotsFacts;
  /** Where smtpd was asked, or why it could not be. */
  readonly smtp: {
    readonly at: string;
    readonly place: { readonly host: string; readonly port: number } | null;
    readonly problem: string | null;
  } | null;
  /** Of local(8), for a map that is root's. */
  readonly defaultUser: User | null;
  /** Whether this user may hand mail to sendmail; null if no setting says. */
  readonly maySubmit: boolean | null;
  /** header_checks takes off every Authentication-Results that a mail comes with; null: not asked. */
  readonly stripsResults: boolean | null;
  /** The line of master.cf by which local(8) runs; null: not there, or not asked. */
  readonly local: { readonly isChrooted: boolean } | null;
  /** For LMTP: whether somebody listens. */
  readonly lmtp: { readonly socket: string; readonly problem: string | null } | null;
}

export interface DoctorFacts {
  readonly config: Config;
  /** The copy of mailrobot that asks. */
  readonly program: string;
  readonly storeOwner: User;
  readonly store: FileFacts;
  /** Its path is that of the file itself, without links. */
  readonly configFile: FileFacts;
  /** By the owner of the store, as whom mail is delivered. */
  readonly isConfigReadable: boolean;
  readonly closed: ClosedFolders;
  readonly open: readonly OpenFolder[];
  readonly commandEnds: readonly CommandEnd[];
  /** null: Postfix is not here. */
  readonly postfix: PostfixFacts | null;
  readonly machine: MachineFacts;
  /** null: the store is in files, or the database cannot be reached. */
  readonly database: DatabaseFacts | null;
  /** null: the config has none. */
  readonly recipients: RecipientFacts | null;
  readonly hours: readonly HoursFacts[];
  /** What is wrong with fields, rules and robots, in words. */
  readonly wrongParts: readonly string[];
  /** And with snippets. */
  readonly wrongSnippets: readonly string[];
  readonly neverStarted: readonly { readonly robot: string; readonly why: string }[];
}

/** A folder in which others can put something else in the place of what lies below it. */
export interface OpenFolder {
  readonly path: string;
  readonly owner: User;
  /** What lies there: the config, the store, or the folder of an alias map. */
  readonly above: string;
}

/** Folders that the owner of the store may not pass on the way to the config, and to the store. */
export interface ClosedFolders {
  readonly config: string | null;
  readonly store: string | null;
}

/** What is wrong with the hours of a queue, or with their holidays. */
export interface HoursFacts {
  readonly queue: string;
  readonly problem: string;
  /** Nobody can count by them. */
  readonly isAllTime: boolean;
}

export interface RecipientFacts {
  /** As virtual_alias_maps should name it, and the map of the tickets. */
  readonly map: string;
  readonly tickets: string;
  /** In virtual_alias_maps. */
  readonly place: 'missing' | 'before the tickets' | 'right';
  /** Maps before it have the addresses of the desk: that of a queue, and those of all robots. */
  readonly isDeskKept: boolean;
  /** Why they cannot be changed. */
  readonly problem: string | null;
}

export interface DatabaseFacts {
  /** Of its host. */
  readonly name: string;
  /** By which mail is delivered, and whether it may also drop the schema. */
  readonly role: string;
  readonly isOwner: boolean;
  /** Tables that it may write by hand, which are for `mailrobot.append` alone. */
  readonly written: readonly string[];
  /** Settings that are off, without which a crash may lose what was committed. */
  readonly unsafe: readonly string[];
  /** synchronous_standby_names. */
  readonly synchronous: string;
  /** `state` (sync, quorum, potential, async) is null if this role may not see it. */
  readonly standbys: readonly { readonly name: string; readonly state: string | null }[];
  /** Share of its queue of notifications that is full. */
  readonly notifications: number;
}

export interface MachineFacts {
  /** null: the store is in a database. */
  readonly fileSystem: {
    readonly name: string;
    readonly keeps: 'yes' | 'until reboot' | 'elsewhere';
  } | null;
  /** For how long somebody has held the lock while the doctor waited. */
  readonly lockedMs: number;
  readonly hasFlock: boolean;
}
