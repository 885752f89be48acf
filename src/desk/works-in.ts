/** Who of the staff works in a queue, and who of them is there. Pure. */
import type { StaffPerson } from '../config/config.ts';
import type { Away } from '../ticket/away.ts';

/** Of one of the staff: how long they are away, or null. */
export type Absence = (name: string) => Away | null;

interface Worker {
  readonly name: string;
  /** All if left out. */
  readonly queues?: readonly string[] | undefined;
  readonly notify: StaffPerson['notify'];
}

export function isHis({ queues }: Pick<Worker, 'queues'>, queue: string): boolean {
  return queues === undefined || queues.includes(queue);
}

/** Who is there, works in the queue and gets mail at all. */
export function othersOf<Person extends Worker>(
  queue: string,
  staff: readonly Person[],
  absence: Absence,
): readonly Person[] {
  return staff.filter(
    (person) => person.notify !== 'none' && isHis(person, queue) && absence(person.name) === null,
  );
}
