/**
 * What lets mail of ours go at its time, also while no mail comes in: the timer, which runs
 * `mailrobot due`, or a server (`mailrobot serve --lmtp`).
 *
 * Each leaves in the store when it ran last, on whichever host. Without one of them nothing is
 * accepted that must not wait for the next mail. Pure.
 */
import { ageOf, HOUR_MS, MINUTE_MS } from './age.ts';

export const CLOCKS = ['timer', 'server'] as const;
export type Clock = (typeof CLOCKS)[number];

/** When it ran last (RFC 3339). */
export interface Ran {
  readonly clock: Clock;
  readonly at: string;
}

/** A timer must run every hour; a server says every few seconds that it is there. */
const LASTS_MS: Readonly<Record<Clock, number>> = {
  timer: HOUR_MS + 5 * MINUTE_MS,
  server: MINUTE_MS,
};

export function isRunning({ clock, at }: Ran, now: Date): boolean {
  return ageOf(at, now) < LASTS_MS[clock];
}

export function hasClock(ran: readonly Ran[], now: Date): boolean {
  return ran.some((one) => isRunning(one, now));
}

/** Why something is not accepted, in a sentence without its end, and what mends it. */
export const NO_CLOCK =
  'nothing here sends mail at a time: neither the timer nor "mailrobot serve --lmtp" runs. The administrator can start one ("systemctl enable --now mailrobot-due.timer", or a line of cron that runs "mailrobot due"), and "mailrobot status" says what runs';
