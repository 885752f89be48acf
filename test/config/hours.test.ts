/** Hours of a queue, as the config has them. */
import { expect, test } from 'vitest';
import { hoursOf, problemsOfHours } from '../../src/config/hours.ts';
import { openOn } from '../../src/config/schema/hours.ts';
import { configOf, SUPPORT } from '../kit/config.ts';

const desk = (hours: unknown) => configOf({ queues: [{ ...SUPPORT, hours }] });

test.each([
  ['mon-fri 9:00-17:30', { days: [1, 2, 3, 4, 5], from: 540, to: 1050 }],
  ['sat 09:00-24:00', { days: [6], from: 540, to: 1440 }],
  ['fri-mon 0:00-0:01', { days: [5, 6, 0, 1], from: 0, to: 1 }],
  ['sun-sat 8:00-12:00', { days: [0, 1, 2, 3, 4, 5, 6], from: 480, to: 720 }],
])('"%s" is read', (text, wanted) => {
  expect(openOn(text)).toEqual(wanted);
  expect(problemsOfHours(desk({ open: [text] }))).toEqual([]);
});

test.each([
  ...['always', 'mon', 'mon 9-17', 'mon 17:00-9:00', 'mon 9:00-9:00', 'mon 9:00-25:00'],
  ...['mon 24:00-24:00', 'Mon 9:00-17:00', 'mo 9:00-17:00', 'mon 9:60-17:00', 'mon 9:00-17:00 '],
])('"%s" is none, and the place of it is told', (text) => {
  const [problem, ...others] = problemsOfHours(desk({ open: ['mon 9:00-17:00', text] }));
  expect(problem?.key).toBe('queues.0.hours.open.1');
  expect(problem?.problem).toContain('days and times such as "mon-fri 9:00-17:30"');
  expect(others).toEqual([]);
  expect(hoursOf('SUPPORT', desk({ open: [text] }))).toBeNull();
});

test.each([
  ['queues.0.hours', 'always'],
  ['queues.0.hours.open', {}],
  ['queues.0.hours.open', { open: [] }],
  ['queues.0.hours.timeZone', { open: ['mon 9:00-17:00'], timeZone: 'Middle/Earth' }],
  ['queues.0.hours.holiday', { open: ['mon 9:00-17:00'], holiday: 'x.ics' }],
])('what is wrong stands at %s', (key, hours) => {
  expect(problemsOfHours(desk(hours))).toMatchObject([{ key }]);
});
