/**
 * A bar of plain signs, for a terminal or a mail: the longest of its column is `width` long. Pure.
 */
export function barOf(value: number, most: number, width: number): string {
  return most <= 0 ? '' : '#'.repeat(Math.ceil((value / most) * width));
}
