/**
 * One Authentication-Results field, read by its grammar (RFC 8601 2.2, RFC 5322 3.2).
 *
 * Comments nest, a quotation mark inside a comment is plain text, a backslash quotes one
 * character in comments and quoted strings. A field with anything malformed in it gives
 * null as a whole: what a stranger wrote into it may have moved what our own MTA wrote.
 * More is refused than the grammar demands: what is not ASCII, an authserv-id in quotes, an
 * empty value, a method that begins with "none" (others read that word, and then something else).
 * One thing more is taken: `action=none`, as Exchange writes it. Linear in the length of
 * the value. Pure; never throws.
 */
export interface AuthenticationResults {
  /** In lower case. */
  readonly authservId: string;
  /** Empty for `none`. */
  readonly results: readonly MethodResult[];
}

export interface MethodResult {
  /** `dmarc`, `spf`, …; in lower case. */
  readonly method: string;
  /** `pass`, `fail`, …; in lower case. */
  readonly result: string;
  /** In order; names such as `header.from`, in lower case. */
  readonly properties: readonly { readonly name: string; readonly value: string }[];
}

/** `value`: the field's, unfolded. */
export function parseAuthenticationResults(value: string): AuthenticationResults | null {
  const text = new Text(value);
  const authservId = text.authservId();
  if (authservId === null || !text.skip()) return null;
  if (text.take(VERSION) !== null && !text.skip()) return null;
  const results: MethodResult[] = [];
  while (text.takes(';')) {
    const result = text.result();
    if (result === null) return null;
    if (result !== 'none') results.push(result);
    else if (results.length > 0 || !text.isAtEnd) return null;
    else return { authservId, results };
  }
  return text.isAtEnd && results.length > 0 ? { authservId, results } : null;
}

/** RFC 5321 4.1.2: Keyword. */
const KEYWORD = /[A-Za-z0-9](?:[A-Za-z0-9_-]*[A-Za-z0-9])?/y;
/** A domain, or a name like one. */
const HOST = /[A-Za-z0-9_-]+(?:\.[A-Za-z0-9_-]+)*/y;
/** RFC 8601 2.2: the one version there is. */
const VERSION = /1(?![0-9])/y;
/** A token, a domain, a local part or base64: RFC 5322 atext with dots. */
const WORD = /[A-Za-z0-9!#$%&'*+/=?^_`{|}~.-]+/y;
/** RFC 2045 5.1. */
const TOKEN = /[A-Za-z0-9!#$%&'*+.^_`{|}~-]+/y;
const BLANKS = /[ \t]+/y;
const COMMENT_TEXT = /[\t !-'*-[\]-~]+/y;
const QUOTED_TEXT = /[\t !#-[\]-~]+/y;
const ESCAPED = /\\[\t -~]/y;

class Text {
  readonly #text: string;
  #at = 0;

  constructor(text: string) {
    this.#text = text.trim();
  }

  get isAtEnd(): boolean {
    return this.#at === this.#text.length;
  }

  /** What the pattern (sticky) finds right here, or null. */
  take(pattern: RegExp): string | null {
    // It begins where it is told to: what it kept of the last time does not count.
    pattern.lastIndex = this.#at;
    const found = pattern.exec(this.#text)?.[0] ?? null;
    this.#at += found?.length ?? 0;
    return found;
  }

  takes(character: string): boolean {
    if (this.#text[this.#at] !== character) return false;
    this.#at += 1;
    return true;
  }

  /** Blanks and comments (CFWS); false if a comment is malformed. */
  skip(): boolean {
    let depth = 0;
    while (!this.isAtEnd) {
      if (this.takes('(')) depth += 1;
      else if (depth === 0) {
        if (this.take(BLANKS) === null) return true;
      } else if (this.takes(')')) depth -= 1;
      else if ((this.take(COMMENT_TEXT) ?? this.take(ESCAPED)) === null) return false;
    }
    return depth === 0;
  }

  authservId(): string | null {
    return this.skip() ? (this.take(HOST)?.toLowerCase() ?? null) : null;
  }

  /** `method[/1] = result [reason = value] *(ptype . property = value)`, up to `;` or the end. */
  result(): MethodResult | 'none' | null {
    const method = this.#keyword();
    if (method === null) return null;
    if (method === 'none' && this.isAtEnd) return 'none';
    if (method.startsWith('none')) return null;
    if (this.takes('/') && !(this.skip() && this.take(VERSION) !== null && this.skip()))
      return null;
    const result = this.takes('=') ? this.#keyword() : null;
    if (result === null) return null;
    const properties: { name: string; value: string }[] = [];
    while (!this.isAtEnd && this.#text[this.#at] !== ';') {
      const property = this.#property();
      if (property === null) return null;
      properties.push(property);
    }
    return { method, result, properties };
  }

  #keyword(): string | null {
    if (!this.skip()) return null;
    const word = this.take(KEYWORD)?.toLowerCase() ?? null;
    return this.skip() ? word : null;
  }

  /** A bare name has no type: `reason`, and Exchange's `action`. */
  #property(): { name: string; value: string } | null {
    const first = this.#keyword();
    if (first === null) return null;
    const second = this.takes('.') ? this.#keyword() : '';
    if (second === null || !this.takes('=') || !this.skip()) return null;
    const value = second === '' ? this.#plainValue() : this.#value();
    if (value === null || !this.skip()) return null;
    return { name: second === '' ? first : `${first}.${second}`, value };
  }

  /**
   * A word or a quoted string, with a domain behind it or without: `[ [ local-part ] "@" ] domain`.
   */
  #value(): string | null {
    const local = this.takes('"') ? this.#quoted() : (this.take(WORD) ?? '');
    if (local === null) return null;
    if (!this.takes('@')) return local === '' ? null : local;
    const domain = this.take(HOST);
    // A local part may hold anything, an @ too: only the domain is of use.
    return domain === null ? null : `@${domain}`;
  }

  #plainValue(): string | null {
    return this.takes('"') ? this.#quoted() || null : this.take(TOKEN);
  }

  #quoted(): string | null {
    let quoted = '';
    while (!this.takes('"')) {
      const piece = this.take(QUOTED_TEXT) ?? this.take(ESCAPED)?.slice(1);
      if (piece === undefined) return null;
      quoted += piece;
    }
    return quoted;
  }
}
