/**
 * Where an event of another system came from: the `source` and `id` of its
 * CloudEvent, which name it once in the world (CloudEvents 1.0, 3.1.1 and 3.1.2).
 */
export interface Origin {
  /** Empty where the event did not say. */
  readonly source: string;
  readonly id: string;
}
