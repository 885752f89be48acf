/**
 * How many mails the desk writes by itself to one of the staff: far more than a person asks
 * for, and an end to two machines that answer each other.
 */
import type { Caps } from '../config/config.ts';

const NO_CAP = { count: Number.POSITIVE_INFINITY, hours: 1 };

/** Answers to commands, and mail that comes back. */
export const STAFF_CAPS: Caps = {
  address: { count: 30, hours: 1 },
  all: { count: 60, hours: 1 },
  domain: NO_CAP,
  ticket: NO_CAP,
  total: NO_CAP,
  firstTime: NO_CAP,
};

/** Whoever has old mails of somebody can have them asked again and again. */
export const QUESTION_CAPS: Caps = {
  ...STAFF_CAPS,
  address: { count: 5, hours: 1 },
  all: NO_CAP,
};
