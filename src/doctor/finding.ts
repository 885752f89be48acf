/** What is wrong: what, why, and what mends it. Plain values, for people and as JSON. */
export interface Finding {
  /** Names the kind of it, for scripts; never changes. */
  readonly id: string;
  /** critical: mail stays out, is lost or is open to strangers. */
  readonly level: 'warning' | 'critical';
  /** One sentence. */
  readonly what: string;
  readonly why: string;
  /** Lines for a shell of root's; what is no command is a comment. */
  readonly mend: readonly string[];
}

export type Findings = readonly Finding[];

/** What could not be looked at, and is perhaps right. */
export interface Unchecked {
  readonly what: string;
  readonly why: string;
}

/** `a`, `a and b`, `a, b and c`. */
export function listed(words: readonly string[]): string {
  const last = words.at(-1) ?? '';
  return words.length < 2 ? last : `${words.slice(0, -1).join(', ')} and ${last}`;
}

/** As a shell takes it for one word. */
export function quoted(word: string): string {
  return /^[\w@%+=:,./-]+$/.test(word) ? word : `'${word.replaceAll("'", "'\\''")}'`;
}

/** A setting of Postfix, in the words of a shell. */
export function setTo(name: string, value: string): string {
  return `postconf -e ${quoted(`${name} = ${value}`)} && postfix reload`;
}

/** One value more in a list of Postfix. */
export function addTo(name: string, value: string): string {
  return `postconf -e "${name} = $(postconf -h ${name}), ${value}" && postfix reload`;
}
