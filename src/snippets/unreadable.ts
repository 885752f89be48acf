/** A snippet, or a file of one, that cannot be used: why, in words that go on from its path. */
export class Unreadable extends Error {}
