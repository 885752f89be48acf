/**
 * The one way to say "no, because …": of a command, a mail, an order, a cursor, a reminder.
 *
 *     const action = readCommand('assign', names);
 *     if ('refused' in action) return say(action.refused);
 *
 * The reason is a line for whoever asked, unless more is to be said of it. (What the store or
 * the disk cannot do is no refusal, but a Failure: src/outcome.ts.)
 */
export interface Refusal<Reason = string> {
  readonly refused: Reason;
}
