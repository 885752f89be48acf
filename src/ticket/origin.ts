/**
 * Where an event of another system came from: the `source` and `id` of its
 * CloudEvent, which name it once in the world (CloudEvents 1.0, 3.1.1 and 3.1.2). Where
 * it has a ticket created here, its source may go on to call that by its own name.
 */
export interface Origin {
  /** Empty if the event did not say. */
  readonly source: string;
  readonly id: string;
  /** The ticket as its source calls it. */
  readonly ticket?: string;
}
