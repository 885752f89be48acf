/**
 * A field with parameters, such as Content-Type (RFC 2045 5.1), read the way
 * mailparser reads it, so that both see the same boundary.
 *
 * A backslash quotes the next character, a quotation mark opens and closes,
 * blanks outside of quotes do not count, the last parameter of a name wins.
 * Comments (RFC 5322 3.2.2) are not known here: `withoutComments` takes them
 * out first. Linear in the length of the value; never throws.
 */
export interface StructuredField {
  /** What stands before the first semicolon, in lower case. */
  readonly value: string;
  readonly parameters: ReadonlyMap<string, string>;
}

export function structuredField(text: string): StructuredField {
  const [value = '', ...rest] = pieces(text);
  const parameters = new Map<string, string>();
  for (const piece of rest) {
    const equals = piece.indexOf('=');
    if (equals < 0) continue;
    parameters.set(
      trimmed(piece.slice(0, equals)).toLowerCase(),
      unquoted(trimmed(piece.slice(equals + 1))),
    );
  }
  return { value: unquoted(value).trim().toLowerCase(), parameters };
}

/** The value of an unstructured-looking keyword field: no comments, no parameters, lower case. */
export function keyword(text: string): string {
  return structuredField(withoutComments(text)).value;
}

/** Comments nest and may hold quoted characters; one that never ends is no comment. */
export function withoutComments(text: string): string {
  if (!text.includes('(')) return text;
  let kept = '';
  let depth = 0;
  let opened = 0;
  let isQuoted = false;
  for (let at = 0; at < text.length; at += 1) {
    const char = text.charAt(at);
    if (char === '\\') {
      if (depth === 0) kept += text.slice(at, at + 2);
      at += 1;
    } else if (char === '"' && depth === 0) {
      isQuoted = !isQuoted;
      kept += char;
    } else if (char === '(' && !isQuoted) {
      if (depth === 0) opened = at;
      depth += 1;
    } else if (char === ')' && depth > 0) {
      depth -= 1;
      if (depth === 0) kept += ' ';
    } else if (depth === 0) {
      kept += char;
    }
  }
  return depth === 0 ? kept : kept + text.slice(opened);
}

/** The value and its parameters as they stand, cut at the semicolons outside of quotes. */
export function pieces(text: string): readonly string[] {
  const found: string[] = [];
  let from = 0;
  let isQuoted = false;
  for (let at = 0; at < text.length; at += 1) {
    const char = text.charAt(at);
    if (char === '\\') at += 1;
    else if (char === '"') isQuoted = !isQuoted;
    else if (char === ';' && !isQuoted) {
      found.push(text.slice(from, at));
      from = at + 1;
    }
  }
  return [...found, text.slice(from)];
}

const BLANKS = ' \t\r\n';

/** Of octets: that of 0xA0 is the end of a letter. */
function trimmed(text: string): string {
  let [from, to] = [0, text.length];
  while (from < to && BLANKS.includes(text.charAt(from))) from += 1;
  while (from < to && BLANKS.includes(text.charAt(to - 1))) to -= 1;
  return text.slice(from, to);
}

function unquoted(text: string): string {
  if (!text.includes('"') && !text.includes('\\')) return text;
  return text.replace(/\\(.)|"/gs, (_, escaped?: string) => escaped ?? '');
}
