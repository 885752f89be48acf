/**
 * What an acknowledgement says above its own words, if its queue wants that, outside of the hours of
 * the queue: a text of its own, in the customer's language as any other, with when they begin.
 */
import { type Config, queueOf } from '../config/config.ts';
import { inFull } from '../dates/in-full.ts';
import { hoursOfQueue } from '../hours/of-queue.ts';
import type { AcknowledgementDraft } from './draft.ts';
import { templatesFolder } from './templates/folder.ts';
import type { Wanted } from './templates/source.ts';
import { builtIn, ownSource, type Said, textOf } from './templates/text.ts';
import type { Values } from './templates/values.ts';

export interface OutsideHours {
  readonly about: Omit<Values<'outside-hours'>, 'back'>;
  readonly draft: AcknowledgementDraft;
  readonly config: Config;
  readonly now: Date;
}

/** null if it says nothing. */
export async function outsideHours({
  about,
  draft: { queue, language },
  config,
  now,
}: OutsideHours): Promise<Said | null> {
  const hours = hoursOfQueue(queue, config, now);
  if (hours === null || !hours.tellCustomers || hours.time.isOpen(now.getTime())) return null;
  const { prefix, language: queueLanguage } = queueOf(queue, config);
  const wanted = { name: 'outside-hours', queue: prefix, queueLanguage, language } as const;
  const folder = templatesFolder(config.file);
  const opens = hours.time.opens(now.getTime());
  const back =
    opens === null ? '' : inFull(new Date(opens), hours.timeZone, await languageOf(wanted, folder));
  return textOf(wanted, { ...about, back }, folder);
}

/** In which the text is that they get. */
async function languageOf(wanted: Wanted, folder: string): Promise<string> {
  const own = await ownSource(wanted, folder);
  if (own !== null && 'template' in own) return own.language ?? wanted.queueLanguage;
  return (await builtIn(wanted)).language ?? wanted.queueLanguage;
}
