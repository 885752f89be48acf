/**
 * Text of strangers, made harmless for a terminal.
 *
 * Escape sequences, other control characters (Unicode Cc, Cf such as the bidi
 * overrides, line and paragraph separators, and characters that show as nothing
 * but those that make emoji and join letters) are shown as `<1B>` instead of
 * obeyed. `inert` keeps line feeds and tabs, and leaves out what only says where a line may break;
 * `inertLine`, of names and addresses, neither; `inertJson` and `inertJsonLine` write them as JSON
 * escapes. Pure.
 */
const NOT_SHOWN = /[\p{Cc}\p{Cf}\p{Zl}\p{Zp}\p{Cs}]|(?!\uFE0F)\p{Default_Ignorable_Code_Point}/gu;

/** Scripts whose letters join, so that a joiner between two of them says how. */
const JOINING =
  '\\p{Script=Arab}\\p{Script=Syrc}\\p{Script=Mong}\\p{Script=Deva}\\p{Script=Beng}\\p{Script=Guru}' +
  '\\p{Script=Gujr}\\p{Script=Orya}\\p{Script=Taml}\\p{Script=Telu}\\p{Script=Knda}\\p{Script=Mlym}' +
  '\\p{Script=Sinh}\\p{Script=Khmr}\\p{Script=Mymr}';
/** What makes one sign of several emoji, and letters of those scripts (RFC 5892 A.1, A.2). */
const JOINER =
  '(?<=[\\p{Extended_Pictographic}\\p{Emoji_Modifier}\\uFE0F])\\u200D(?=\\p{Extended_Pictographic})' +
  `|(?<=[${JOINING}])[\\u200C\\u200D](?=[${JOINING}])`;
const NOT_SHOWN_IN_TEXT = new RegExp(`(${JOINER})|${NOT_SHOWN.source}`, 'gu');
/** Where a line may break or may not, or letters join: of a text nothing is missing without it. */
const BREAKS: ReadonlySet<string> = new Set('\u00AD\u034F\u200B\u200C\u200D\u2060\uFEFF');

export function inert(text: string): string {
  return text
    .replace(/\r\n/g, '\n')
    .replace(NOT_SHOWN_IN_TEXT, (char, joiner?: string) =>
      joiner !== undefined || char === '\n' || char === '\t'
        ? char
        : BREAKS.has(char)
          ? ''
          : visible(char),
    );
}

export function inertLine(text: string): string {
  return text.replace(NOT_SHOWN_IN_TEXT, (char, joiner?: string) => joiner ?? visible(char));
}

/** JSON whose strings hold no raw control or bidi character: a terminal may read it too. */
export function inertJson(value: unknown): string {
  return JSON.stringify(value, null, 2).replace(NOT_SHOWN, (char) =>
    char === '\n' ? char : escaped(char),
  );
}

/** The same in one line. */
export function inertJsonLine(value: unknown): string {
  return JSON.stringify(value).replace(NOT_SHOWN, escaped);
}

function escaped(char: string): string {
  return char
    .split('')
    .map((unit) => `\\u${unit.charCodeAt(0).toString(16).padStart(4, '0')}`)
    .join('');
}

function visible(char: string): string {
  const code = char.codePointAt(0) ?? 0;
  return `<${code.toString(16).toUpperCase().padStart(2, '0')}>`;
}
