/** A template that cannot be read or rendered, in one line: it never stops a mail. */
export class BadTemplate extends Error {}
