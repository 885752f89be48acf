/** `away until 2026-12-24` and `back` in a mail of commands: what is understood is said back. */
import type { Config, StaffPerson } from '../config/config.ts';
import { awayIn, type Facts } from '../journal/facts.ts';
import { awayAt } from '../ticket/away.ts';
import type { Change } from '../ticket/change.ts';
import { absenceIn, readUntil, untilInWords } from './away.ts';
import type { Batch } from './batch.ts';
import { listed } from './control-lists.ts';
import type { StoreAnswer } from './delivery.ts';
import { sentence } from './in-words.ts';
import { isHis, othersOf } from './works-in.ts';

interface Desk {
  readonly config: Config;
  readonly now: Date;
  readonly facts: Facts;
  readonly batch: Batch;
}

export async function awayOrBack(
  command: { readonly type: 'away'; readonly words: string } | { readonly type: 'back' },
  person: StaffPerson,
  desk: Desk,
): Promise<StoreAnswer> {
  const { name } = person;
  const { facts, now, batch } = desk;
  const change = (isAway: boolean, until: string | null): Change => ({
    ...{ type: 'staff.away', person: name, until, isAway, by: name },
  });
  if (command.type === 'back') {
    const isSaid = batch.written.changes.some(({ type }) => type === 'staff.away');
    if (!isSaid && awayAt(awayIn(facts), name, now) === null) {
      return { text: 'Nothing to be done: you are not away.' };
    }
    await batch.add([change(false, null)]);
    return {
      text: `You are back: you get your mail again. Yours are:\n\n${listed('mine', person, desk).text}`,
    };
  }
  const read = readUntil(command.words, now);
  if ('refused' in read) return { text: sentence(read.refused), isError: true };
  await batch.add([change(true, read.until)]);
  const until = read.until === null ? 'you say "back"' : untilInWords(read.until);
  return { text: `You are away until ${until}. ${handedTo(person, desk)}` };
}

function handedTo(person: StaffPerson, { config: { queues, staff }, facts, now }: Desk): string {
  const absence = absenceIn(facts, now);
  const all = queues
    .filter(({ prefix }) => isHis(person, prefix))
    .map(({ prefix }) => ({
      prefix,
      names: othersOf(prefix, staff, absence).flatMap(({ name }) =>
        name === person.name ? [] : [name],
      ),
    }));
  const handed = all.filter(({ names }) => names.length > 0);
  const lonely = all.filter(({ names }) => names.length === 0);
  return [
    ...handed.map(({ prefix, names }) => `Your mail of ${prefix} goes to ${names.join(', ')}.`),
    ...lonely.map(({ prefix }) => `Nobody else gets mail of ${prefix}: yours still comes to you.`),
    ...(handed.length > 0 ? ['"back" ends it.'] : []),
  ].join(' ');
}
