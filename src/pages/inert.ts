/**
 * Text of strangers, made harmless for a terminal.
 *
 * Escape sequences, other control characters (Unicode Cc, Cf such as the bidi
 * overrides, line and paragraph separators, and characters that show as nothing
 * but the one that makes an emoji) are shown as `<1B>` instead of
 * obeyed. `inert` keeps line feeds and tabs, `inertLine` nothing; `inertJson`
 * and `inertJsonLine` write them as JSON escapes. Pure.
 */
const NOT_SHOWN = /[\p{Cc}\p{Cf}\p{Zl}\p{Zp}\p{Cs}]|(?!\uFE0F)\p{Default_Ignorable_Code_Point}/gu;

export function inert(text: string): string {
  return text
    .replace(/\r\n/g, '\n')
    .replace(NOT_SHOWN, (char) => (char === '\n' || char === '\t' ? char : visible(char)));
}

export function inertLine(text: string): string {
  return text.replace(NOT_SHOWN, visible);
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
