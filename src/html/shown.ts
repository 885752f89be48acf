/** The HTML of a mail as somebody else may be shown it, safe to show; or why there is none. */
export type ShownHtml =
  | {
      readonly html: string;
      /** How many of its pictures lie on other servers, and are not shown. */
      readonly elsewhere: number;
    }
  /** It says other words than the text, or is too large, too deep or too wide. */
  | { readonly left: 'words' | 'size' };
