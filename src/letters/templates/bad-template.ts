/** A template that cannot be read or rendered, in one line: it never stops a mail. */
export class BadTemplate extends Error {}

export function problemOf(error: unknown): string {
  if (error instanceof BadTemplate) return error.message.replace(/\s+/g, ' ').slice(0, 200);
  throw error;
}
