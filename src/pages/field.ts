/** What stands in a field, and whether somebody has said it. Pure. */
import type { FieldValue } from '../ticket/field.ts';
import { inertLine } from './inert.ts';

export function fieldInWords({ value, isFound }: FieldValue): string {
  return `${inertLine(value)}${isFound ? ' (found in a mail)' : ''}`;
}
