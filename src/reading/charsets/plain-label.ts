/** The label of a charset, as it is declared. */

/** Says nothing, or nothing that can be true of what is no UTF-8. */
export const MEANS_NOTHING = /^$|^(x-)?unknown|^us-?ascii$|^ascii$|^(x-|unicode-1-1-)?utf-?8/;
/** ASCII in it is full of zeros. */
export const WIDE = /^(utf-?16|utf-?32|ucs-|unicode$|iso-10646)/;

const MAX_LABEL_CHARACTERS = 60;

/** As most mails say it: nothing is to be taken off. */
export const USUAL_LABELS: readonly string[] = ['', 'utf-8', 'us-ascii', 'iso-8859-1'];

/** Without what programs put around it: `"WINDOWS-1250 (Central European)";`. */
export function plainLabel(declared: string): string {
  const lower = declared.toLowerCase();
  if (USUAL_LABELS.includes(lower)) return lower;
  return declared
    .replace(/\([^()]{0,100}\)/g, '')
    .replace(/^[\s"';]+|;.*$/gs, '')
    .replace(/["'<>,\s]/g, '')
    .toLowerCase()
    .slice(0, MAX_LABEL_CHARACTERS);
}
