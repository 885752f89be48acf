/** How mail programs write an answer above, or below, a copy of the mail that is answered. */
import { BOB, DOMAIN } from './config.ts';

export const marked = (text: string) => text.trimEnd().replace(/^/gm, '> ');

export const WRITTEN: readonly (readonly [string, (words: string, copy: string) => string])[] = [
  [
    'Thunderbird',
    (words, copy) => `${words}\n\nOn 20.11.26 11:00, Support wrote:\n${marked(copy)}`,
  ],
  ['Thunderbird, below', (words, copy) => `On Friday, Support wrote:\n${marked(copy)}\n\n${words}`],
  [
    'Gmail, in German',
    (words, copy) =>
      `${words}\n\nAm Fr., 20. Nov. 2026 um 11:00 Uhr schrieb Support <x@${DOMAIN}>:\n\n${marked(copy)}`,
  ],
  [
    'Apple Mail',
    (words, copy) =>
      `${words}\n\n> On 20. Nov 2026, at 11:00, Support <x@${DOMAIN}> wrote:\n> \n${marked(copy)}`,
  ],
  [
    'Outlook',
    (words, copy) =>
      `${words}\n\n-----Original Message-----\nFrom: Support <x@${DOMAIN}>\nSent: Friday, November 20, 2026 11:00 AM\nTo: bob <${BOB}>\nSubject: RE: x\n\n${copy}`,
  ],
  [
    'Outlook 365',
    (words, copy) =>
      `${words}\n\n________________________________\nFrom: Support <x@${DOMAIN}>\nSent: Friday, November 20, 2026 11:00\nTo: bob <${BOB}>\nSubject: Re: x\n\n${copy}`,
  ],
  [
    'Outlook, in German',
    (words, copy) =>
      `${words}\n\nVon: Support <x@${DOMAIN}>\nGesendet: Freitag, 20. November 2026 11:00\nAn: bob <${BOB}>\nBetreff: RE: x\n\n${copy}`,
  ],
  ['a program that marks nothing', (words, copy) => `${words}\n\n${copy}`],
];
