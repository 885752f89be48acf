/**
 * Text of strangers, made harmless for a terminal.
 *
 * Escape sequences, other control characters (Unicode Cc, Cf such as the bidi
 * overrides, line and paragraph separators) are shown as `<1B>` instead of
 * obeyed. `inert` keeps line feeds and tabs, `inertLine` nothing. Pure.
 */
const ALL = /[\p{Cc}\p{Cf}\p{Zl}\p{Zp}\p{Cs}]/gu;

export function inert(text: string): string {
  return text
    .replace(/\r\n/g, '\n')
    .replace(ALL, (char) => (char === '\n' || char === '\t' ? char : visible(char)));
}

export function inertLine(text: string): string {
  return text.replace(ALL, visible);
}

function visible(char: string): string {
  const code = char.codePointAt(0) ?? 0;
  return `<${code.toString(16).toUpperCase().padStart(2, '0')}>`;
}
