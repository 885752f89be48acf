/** A snippet in an answer as programs of the staff write it: both parts have it, and nothing twice. */
import { expect, test } from 'vitest';
import { BOB, NIC } from '../kit/config.ts';
import { answeredBy } from '../kit/html-answers.ts';
import { sentParts } from '../kit/sent-parts.ts';
import { snippetDesk } from '../kit/snippets.ts';

/** Words that the author has written a mark in the place of, as the text and as the HTML have them. */
const PLACES: Readonly<Record<string, readonly string[]>> = {
  'apple-mail': ['\nHi Nic,\n', '<div>Hi Nic,</div>'],
  gmail: ['\nHi Nic,\n', '<div>Hi Nic,</div>'],
  'gmail-on-android': ['\nBob\n', '<div dir="auto">Bob</div>'],
  iphone: ['\nHi Nic,\n', '<body dir="auto">Hi Nic,<div>'],
  'outlook-on-android': ['<div>Bob</div>'],
  'outlook-on-the-web': ['\nHi Nic,\n', '\nHi Nic,</div>'],
  outlook: ['\nHello Nic,\n', '>Hello Nic,<o:p>'],
  thunderbird: ['\nMore at https://shop.example/admin\n', '\n    <p>More at <a'],
};

test.each(Object.entries(PLACES))('%s', async (client, places) => {
  const { desk } = snippetDesk({ 'vpn.md': 'Dear {{name}},\n\n- use **the new** VPN\n- now\n' });
  const letters = await answeredBy(client, desk, (mail) => {
    const marked = places.reduce((all, place) => all.replace(place, withMark(place)), mail);
    expect(marked.match(/\{\{snippet:vpn\}\}/g)).toHaveLength(places.length);
    return marked;
  });
  expect(letters.map(({ to }) => to)).toEqual([NIC]);
  const { text, html } = sentParts(letters[0]?.content ?? '');
  expect(text).toContain('Dear Nic Ferrier,\n\n- use **the new** VPN\n- now\n');
  expect(html).toContain('<p>Dear Nic Ferrier,</p>\n<ul><li>use <strong>the new</strong> VPN</li>');
  for (const part of [text, html]) {
    expect(part.match(/Dear Nic/g)).toHaveLength(1);
    expect(part).not.toContain('snippet');
  }
  expect(desk.to(BOB)).toHaveLength(1);
});

function withMark(place: string): string {
  const words = /(?:Hi Nic,|Hello Nic,|Bob)/;
  const mark = '{{snippet:vpn}}';
  if (words.test(place)) return place.replace(words, mark);
  const [before = ''] = place.startsWith('\n    ') ? [`\n    <p>${mark}</p>`] : [`\n${mark}\n`];
  return before + place;
}
