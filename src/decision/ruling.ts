/** What the rules of a queue want of a mail that opens a ticket there (src/rules), as values. */
import type { Capture } from '../addresses/address-pattern.ts';
import type { Verdict } from '../ticket/decision.ts';
import type { Priority } from '../ticket/ticket.ts';

interface Wanted<Value> {
  readonly to: Value;
  /** The rule that wants it. */
  readonly rule: string;
}

export interface Ruling {
  readonly tags: readonly { readonly tag: string; readonly rule: string }[];
  /** Of what two rules want of a field, that of the first. */
  readonly fields: readonly {
    readonly field: string;
    readonly value: string;
    readonly rule: string;
  }[];
  readonly assign: Wanted<string> | null;
  readonly priority: Wanted<Priority> | null;
  /** The name of a text, in the place of the acknowledgement. */
  readonly answer: Wanted<string> | null;
  /** A robot, by its name. */
  readonly run: Wanted<string> | null;
  /** What stands in the address that the rule which runs it is about. */
  readonly captures: readonly Capture[];
}

/** With what the row of the robot says: `against` is why it does not get the mail. */
export interface Ruled extends Ruling {
  readonly against: Verdict | null;
}
