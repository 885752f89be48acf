/**
 * The working time of a queue, as its config and its file of holidays have it now.
 *
 * A file that is not there, or cannot be read, is none: then its holidays are working time, and
 * `problems` says what is wrong. It is read once, and never waited for. Nothing is thrown.
 */
import { dirname, resolve } from 'node:path';
import { readWhole } from '../config/beside.ts';
import type { Config } from '../config/config.ts';
import { type HoursConfig, hoursOf, openOn } from '../config/hours.ts';
import { Unreadable } from '../config/unreadable.ts';
import { type OffsetAt, offsetsOf } from '../dates/zone.ts';
import { zoneFor } from '../dates/zone-name.ts';
import { DAY_MS, MINUTE_MS } from '../ticket/age.ts';
import { type Holidays, holidaysIn } from './holidays.ts';
import { WorkingTime } from './working-time.ts';

export interface QueueHours {
  readonly time: WorkingTime;
  /** Of the hours. */
  readonly timeZone: string;
  readonly tellCustomers: boolean;
  /** With the file of holidays, a sentence each. */
  readonly problems: readonly string[];
}

/** How far ahead holidays are looked for. */
const AHEAD_MS = 450 * DAY_MS;
const MAX_FILE_BYTES = 1024 * 1024;
const UTC: OffsetAt = () => 0;

/** null if it has none, or they are wrong. */
export function hoursOfQueue(
  prefix: string,
  config: Pick<Config, 'file' | 'queues' | 'staff' | 'timeZone'>,
  now: Date,
): QueueHours | null {
  const hours = hoursOf(prefix, config);
  if (hours === null) return null;
  const timeZone = hours.timeZone ?? zoneFor(config, null);
  const offsetAt = offsetsOf(timeZone) ?? UTC;
  const { problems, ...closed } = holidaysOf(hours, config.file, now);
  const { tellCustomers } = hours;
  return {
    ...{ timeZone, tellCustomers, problems },
    time: new WorkingTime({ week: weekOf(hours), offsetAt, closed }),
  };
}

function weekOf({ open }: HoursConfig) {
  const lines = open.flatMap((line) => openOn(line) ?? []);
  return Array.from({ length: 7 }, (_, day) =>
    lines
      .filter(({ days }) => days.includes(day))
      .map(({ from, to }) => ({ from: from * MINUTE_MS, to: to * MINUTE_MS })),
  );
}

function isZone(name: string): boolean {
  return offsetsOf(name) !== null;
}

const NO_HOLIDAYS: Holidays = { onTheWall: [], instants: [], problems: [] };

function holidaysOf({ holidays }: HoursConfig, configFile: string, now: Date): Holidays {
  if (holidays === undefined) return NO_HOLIDAYS;
  const path = resolve(dirname(configFile), holidays);
  const read = readFile(path);
  if ('problem' in read) return { ...NO_HOLIDAYS, problems: [`${path} ${read.problem}`] };
  const found = holidaysIn(read.text, { until: now.getTime() + AHEAD_MS, isZone });
  return { ...found, problems: found.problems.map((problem) => `${path} ${problem}`) };
}

function readFile(path: string): { readonly text: string } | { readonly problem: string } {
  try {
    const octets = readWhole(path, { maxBytes: MAX_FILE_BYTES, followsLinks: true });
    return { text: octets.toString('utf8').replace(/^\uFEFF/, '') };
  } catch (error) {
    if (error instanceof Unreadable) return { problem: error.message };
    throw error;
  }
}
