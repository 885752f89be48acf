/**
 * Where things stand in a JSON text: the place of each value by its path (`queues.0.first`),
 * of each key that an object has twice, or of what makes the text no JSON (RFC 8259).
 *
 * JSON.parse says it in words that differ from one runtime to another, and some have no place.
 * For people who look for a mistake; the program itself reads JSON with JSON.parse. Pure.
 */
export interface Place {
  /** Both count from 1; a column is a character as editors count them. */
  readonly line: number;
  readonly column: number;
}

export type Places =
  | {
      readonly isJson: true;
      /** The whole is the empty path. */
      readonly values: ReadonlyMap<string, Place>;
      readonly twice: readonly { readonly path: string; readonly place: Place }[];
    }
  | { readonly isJson: false; readonly place: Place; readonly wanted: string };

const BLANKS = /[ \t\n\r]*/y;
const STRING = /"(?:[^"\\\p{Cc}]|[\x7f-\x9f]|\\(?:["\\/bfnrt]|u[0-9a-fA-F]{4}))*"/uy;
const NUMBER = /-?(?:0|[1-9]\d*)(?:\.\d+)?(?:[eE][-+]?\d+)?/y;
const WORD = /true|false|null/y;

/** How the reading ends if the text is no JSON. */
class NoJson extends Error {
  readonly at: number;

  constructor(at: number, wanted: string) {
    super(wanted);
    this.at = at;
  }
}

export function placesIn(text: string): Places {
  const placeOf = (at: number): Place => {
    const before = text.slice(0, at).split('\n');
    return { line: before.length, column: [...(before.at(-1) ?? '')].length + 1 };
  };
  try {
    const { values, twice } = readAll(text);
    return {
      isJson: true,
      values: new Map([...values].map(([path, at]) => [path, placeOf(at)])),
      twice: twice.map(({ path, at }) => ({ path, place: placeOf(at) })),
    };
  } catch (error) {
    if (!(error instanceof NoJson)) throw error;
    return { isJson: false, place: placeOf(error.at), wanted: error.message };
  }
}

interface Read {
  readonly values: ReadonlyMap<string, number>;
  readonly twice: readonly { readonly path: string; readonly at: number }[];
}

function readAll(text: string): Read {
  const values = new Map<string, number>();
  const twice: { path: string; at: number }[] = [];
  let at = 0;
  const take = (pattern: RegExp): string | null => {
    pattern.lastIndex = at;
    const [found] = pattern.exec(text) ?? [];
    if (found === undefined) return null;
    at += found.length;
    return found;
  };
  const takeOne = (character: string): boolean => {
    take(BLANKS);
    if (text[at] !== character) return false;
    at += 1;
    return true;
  };
  const within = (path: string, key: string | number) =>
    path === '' ? `${key}` : `${path}.${key}`;

  const readObject = (path: string): void => {
    if (takeOne('}')) return;
    const keys = new Set<string>();
    do {
      take(BLANKS);
      const began = at;
      const written = take(STRING);
      if (written === null) throw new NoJson(at, keyWanted(text, at, keys.size > 0));
      const key = String(JSON.parse(written));
      const inner = within(path, key);
      if (keys.has(key)) twice.push({ path: inner, at: began });
      keys.add(key);
      if (!takeOne(':')) throw new NoJson(at, `a colon is missing after ${written}`);
      readValue(inner, began);
    } while (takeOne(','));
    if (!takeOne('}')) throw new NoJson(at, endWanted(text, at, '}'));
  };
  const readArray = (path: string): void => {
    if (takeOne(']')) return;
    let count = 0;
    do {
      readValue(within(path, count), null);
      count += 1;
    } while (takeOne(','));
    if (!takeOne(']')) throw new NoJson(at, endWanted(text, at, ']'));
  };
  /** `key`: where the key of it stands, which is where a person looks. */
  const readValue = (path: string, key: number | null): void => {
    take(BLANKS);
    values.set(path, key ?? at);
    if (takeOne('{')) readObject(path);
    else if (takeOne('[')) readArray(path);
    else if (take(STRING) === null && take(NUMBER) === null && take(WORD) === null) {
      throw new NoJson(at, valueWanted(text, at));
    }
  };

  readValue('', null);
  take(BLANKS);
  if (at < text.length) throw new NoJson(at, 'nothing may stand after the end of the config');
  return { values, twice };
}

function keyWanted(text: string, at: number, isAfterComma: boolean): string {
  if (text[at] === '}' && isAfterComma) return 'no comma may stand before }';
  return isComment(text, at) ? NO_COMMENTS : `a key in double quotes is missing${found(text, at)}`;
}

function valueWanted(text: string, at: number): string {
  if (isComment(text, at)) return NO_COMMENTS;
  if (text[at] === '"') return 'a text does not end, or holds a line break or a bad backslash';
  if (text[at] === ']') return 'no comma may stand before ]';
  return `a value is missing${found(text, at)}`;
}

function endWanted(text: string, at: number, end: string): string {
  return isComment(text, at) ? NO_COMMENTS : `a comma or ${end} is missing${found(text, at)}`;
}

const NO_COMMENTS = 'JSON has no comments';

function isComment(text: string, at: number): boolean {
  return text[at] === '/' || text[at] === '#';
}

function found(text: string, at: number): string {
  if (at >= text.length) return ' at the end';
  const [character = ''] = text.slice(at);
  return ` before ${/^[!-~]$/.test(character) ? character : 'this character'}`;
}
