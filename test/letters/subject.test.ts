import { expect, test } from 'vitest';
import { replySubject } from '../../src/letters/subject.ts';

test.each([
  ["I can't login!", "RE: I can't login!"],
  ["Re: I can't login!", "RE: I can't login!"],
  ['RE: RE: Re[2]: x', 'RE: x'],
  ['AW: SV: Antw: x', 'RE: x'],
  ['Re : x', 'RE: x'],
  ['Regarding: x', 'RE: Regarding: x'],
  ['Report: re: x', 'RE: Report: re: x'],
  ['Re:', 'RE: (no subject)'],
  ['', 'RE: (no subject)'],
])('%j is answered as %j', (subject, wanted) => {
  expect(replySubject(subject)).toBe(wanted);
  expect(replySubject(wanted)).toBe(wanted);
});
