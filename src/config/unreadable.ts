/** A file beside the config that cannot be used: why, in words that go on from its path. */
export class Unreadable extends Error {}

/** Nothing is there by that name. */
export class NotThere extends Unreadable {}
