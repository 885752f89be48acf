/**
 * How bad something is, by its thresholds. Levels and exit codes are those that monitoring plugins
 * use: 0 ok, 1 warning, 2 critical, 3 unknown. Pure.
 */
import type { Threshold } from '../config/config.ts';
import { MINUTE_MS } from '../ticket/age.ts';

export type Level = 'ok' | 'warning' | 'critical' | 'unknown';

export const LEVEL_EXIT: Readonly<Record<Level, number>> = {
  ok: 0,
  warning: 1,
  critical: 2,
  unknown: 3,
};

const ORDER: readonly Level[] = ['critical', 'warning', 'unknown'];

export function worst(levels: readonly Level[]): Level {
  return ORDER.find((level) => levels.includes(level)) ?? 'ok';
}

export function levelOfAge(ms: number, { warning, critical }: Threshold): Level {
  const ofMinutes = (minutes: number) => minutes * MINUTE_MS;
  return levelAbove(ms, {
    warning: ofMinutes(warning),
    critical: critical === undefined ? undefined : ofMinutes(critical),
  });
}

export function levelAbove(value: number, { warning, critical }: Threshold): Level {
  if (critical !== undefined && value > critical) return 'critical';
  return value > warning ? 'warning' : 'ok';
}

export function levelBelow(value: number, { warning, critical }: Threshold): Level {
  if (critical !== undefined && value < critical) return 'critical';
  return value < warning ? 'warning' : 'ok';
}
