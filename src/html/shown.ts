/** The HTML of a mail as somebody else may be shown it, safe to show; or why there is none. */
export type ShownHtml =
  | {
      readonly html: string;
      /** How many of its pictures lie on other servers, and are not shown. */
      readonly elsewhere: number;
    }
  /** It says other words than the text, or is too large, too deep or too wide. */
  | { readonly left: 'words' | 'size' };

/** What of it is not shown, as it is said beside it; null if that is nothing. */
export function notShown(html: ShownHtml): string | null {
  if ('left' in html) {
    return html.left === 'words'
      ? '[its HTML says other words, and is not shown]'
      : '[its HTML is too large to be shown]';
  }
  if (html.elsewhere === 0) return null;
  return html.elsewhere === 1
    ? '[1 picture on another server is not shown]'
    : `[${html.elsewhere} pictures on other servers are not shown]`;
}
