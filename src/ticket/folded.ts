/**
 * Case does not count in a search, nor whether an accent is a character of its own (Unicode NFC).
 */
export function folded(text: string): string {
  return text.normalize('NFC').toLowerCase();
}
