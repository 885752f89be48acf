/**
 * A row of the table of commands: `command`, `pipeVerb` and `group` check what is
 * declared, and give it as plain values to whoever reads the table (desk.ts for
 * commander, completion.ts, and generate/ for the launcher, manual pages and documents).
 *
 * `about` is for the manual page, after the summary: paragraphs with an empty line between
 * them, `code` in backquotes. `exits` are the exit codes that are not those of every command.
 */
import type { Verb } from '../../ticket/decision.ts';
import type { ArgumentList, Differing, Offered, OptionTable, OptionText, Work } from './given.ts';

export interface Argument {
  /** `<id>`, `[file]`, `<words...>` */
  readonly flags: string;
  readonly text: string;
  readonly offers: Offered;
}

export interface Option {
  /** `-m, --message <text>` */
  readonly flags: string;
  /** `--message`, or `-f` if it has no long name. */
  readonly name: string;
  readonly short: string | null;
  readonly takesValue: boolean;
  readonly text: string;
  readonly offers: Offered;
  readonly isList: boolean;
  readonly isRequired: boolean;
  readonly preset: string | undefined;
}

export type Exits = Readonly<Record<number, string>>;

/** What is known of every function of a command. */
export type Loaded = (...given: never[]) => Promise<void>;

interface Described {
  /** `ticket show` */
  readonly words: string;
  /** Begins small and has no full stop: help makes a sentence of it. */
  readonly summary: string;
  readonly examples: readonly string[];
  readonly about?: string;
}

interface Callable extends Described {
  readonly arguments: readonly Argument[];
  readonly options: readonly Option[];
  readonly exits: Exits;
  /** Words that begin with a dash are arguments like any other. */
  readonly takesDashes: boolean;
}

export interface Command extends Callable {
  readonly kind: 'command';
  /** Loads the function, which gets the arguments, the options with `config`, and the run. */
  readonly load: () => Promise<Loaded>;
  /** For scripts alone: it is not offered to people. */
  readonly isInner: boolean;
  /** For monitoring systems: a wrong usage is UNKNOWN, with 3, and told on stdout as well. */
  readonly isPlugin: boolean;
}

/** Takes a mail on stdin; arguments.ts reads it, and the table has it for its texts. */
export interface PipeVerb extends Callable {
  readonly kind: 'pipe';
}

/** A word before others: `ticket`. */
export interface Group extends Described {
  readonly kind: 'group';
  readonly description: string;
  /** A paragraph above the examples, in help and manual page. */
  readonly note?: string;
}

export type Row = Command | PipeVerb | Group;

interface CommandRow<A, O, F> extends Described {
  readonly arguments?: A;
  readonly options?: O;
  readonly exits?: Exits;
  readonly takesDashes?: true;
  readonly isInner?: true;
  readonly isPlugin?: true;
  readonly load: () => Promise<F>;
}

/** `differing` is asked for if the options of the row are not those of its function. */
export function command<
  F extends Loaded & Work<A, O>,
  const A extends ArgumentList = [],
  const O extends OptionTable = Record<never, never>,
>(
  row: CommandRow<A, O, F>,
  ..._differing: [Differing<A, O, F>] extends [never] ? [] : [differing: Differing<A, O, F>]
): Command {
  const { isInner = false, isPlugin = false, takesDashes = false, exits = {} } = row;
  const { arguments: args = [], options = {} } = row;
  return {
    ...row,
    ...{ kind: 'command', isInner, isPlugin, takesDashes, exits },
    // Of one command in a run: made of all of them, they take a tenth of a short one.
    get arguments() {
      return argumentsOf(args);
    },
    get options() {
      return optionsOf(options);
    },
  };
}

interface PipeVerbRow extends Described {
  readonly words: Exclude<Verb, 'any'>;
  readonly arguments?: ArgumentList;
  readonly options: OptionTable;
  readonly exits: Exits;
}

export function pipeVerb(row: PipeVerbRow): PipeVerb {
  const options = optionsOf(row.options);
  const args = argumentsOf(row.arguments ?? []);
  return { ...row, kind: 'pipe', arguments: args, options, takesDashes: false };
}

export function group(row: Omit<Group, 'kind'>): Group {
  return { ...row, kind: 'group' };
}

function argumentsOf(list: ArgumentList): readonly Argument[] {
  return list.map(([flags, told]) => {
    const { text, offers = [] } = typeof told === 'string' ? { text: told } : told;
    return { flags, text, offers };
  });
}

export function optionsOf(table: OptionTable): readonly Option[] {
  return Object.entries(table).map(([flags, told]) => {
    const {
      text,
      offers = [],
      ...more
    }: OptionText = typeof told === 'string' ? { text: told } : told;
    const { isList = false, isRequired = false, preset } = more;
    const named = { flags, ...namesIn(flags), takesValue: flags.includes('<') };
    return { ...named, text, offers, isList, isRequired, preset };
  });
}

function namesIn(flags: string): { readonly name: string; readonly short: string | null } {
  const short = /^-\w\b/.exec(flags)?.[0] ?? null;
  return { name: /--[\w-]+/.exec(flags)?.[0] ?? short ?? flags, short };
}
