/**
 * The words that may stand behind a ticket in its address, `support-7102-close@`: one row
 * for each, and all that reads such an address reads this table.
 *
 * `command` is a row of the desk's grammar (desk/grammar.ts): what the word means from one of
 * the staff. The command `note` keeps the text of the mail inside; each other is carried out
 * as it is, without words. `customerCommand` is what it means from a customer. null: nothing.
 */
interface Meaning {
  readonly command: string | null;
  readonly customerCommand: 'close' | 'status' | 'quiet' | 'stop' | null;
}

export const SUFFIXES = {
  close: { command: 'close', customerCommand: 'close' },
  reopen: { command: 'reopen', customerCommand: null },
  note: { command: 'note', customerCommand: null },
  quiet: { command: 'note', customerCommand: 'quiet' },
  status: { command: null, customerCommand: 'status' },
  stop: { command: null, customerCommand: 'stop' },
} as const satisfies Readonly<Record<string, Meaning>>;

export type Suffix = keyof typeof SUFFIXES;

/** `unknown`: a word that means nothing, or one that is misspelt. */
export type KnownSuffix = Suffix | 'unknown';

export function suffixNamed(word: string): KnownSuffix {
  const wanted = word.toLowerCase();
  return isSuffix(wanted) ? wanted : 'unknown';
}

export function meaningOf(suffix: KnownSuffix | null): Meaning {
  return suffix === null || suffix === 'unknown'
    ? { command: null, customerCommand: null }
    : SUFFIXES[suffix];
}

/** Words that mean a command, for who has misspelt one. */
export function suffixesOfCommands(): readonly string[] {
  return Object.entries(SUFFIXES).flatMap(([word, { command }]) => (command === null ? [] : word));
}

function isSuffix(word: string): word is Suffix {
  return Object.hasOwn(SUFFIXES, word);
}
