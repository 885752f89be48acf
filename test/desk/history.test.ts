/**
 * What stands below an answer, as whoever gets it reads it; and that it is known as a quote when it
 * comes back.
 */
import { describe, expect, test } from 'vitest';
import { checkConfig } from '../../src/config/read.ts';
import { inBlocks } from '../../src/reading/blocks/in-blocks.ts';
import { newLines } from '../../src/reading/quotes/new-lines.ts';
import { BOB, DOMAIN, EVE, KAY, NIC, SUPPORT } from '../kit/config.ts';
import { Desk } from '../kit/desk.ts';
import { HTML, provenFrom } from '../kit/mail.ts';
import { WRITTEN } from '../kit/mail-programs.ts';

const deskThatQuotes = (quote: string, more: object = {}) =>
  new Desk({ queues: [{ ...SUPPORT, quote, ...more }] });
const proven = { results: provenFrom(NIC) };

/** Nic asks, proven, and Bob answers. */
async function answered(desk: Desk, text = 'I cannot\nlog in.'): Promise<string> {
  await desk.deliver({ text, ...proven });
  desk.wait(3_600_000);
  await desk.answer(7102, 'Try it again.\n', 'bob');
  return desk.lastTo(NIC).text;
}

test('by default the last mail stands below an answer', async () => {
  const desk = deskThatQuotes(
    checkConfig({ domain: DOMAIN, store: 'x', queues: [SUPPORT] }, '/x.json').queues[0].quote,
  );
  expect(await answered(desk)).toBe(
    'Try it again.\n\nOn 2026-11-20 10:00 UTC, Nic Ferrier wrote:\n> I cannot\n> log in.\n',
  );
  // Words of others are no part of what the ticket keeps as said by the desk.
  expect(desk.ticket(7102).messages.at(-1)?.text).toBe('Try it again.\n');
});

test('below the signature, which is below the answer', async () => {
  const desk = deskThatQuotes('last', { signature: 'Support\n+49 30 1234' });
  expect(await answered(desk)).toBe(
    'Try it again.\n\n-- \nSupport\n+49 30 1234\n\nOn 2026-11-20 10:00 UTC, Nic Ferrier wrote:\n> I cannot\n> log in.\n',
  );
});

test('all that was said, the newest first, or nothing, if the queue wants that', async () => {
  const thread = deskThatQuotes('thread');
  await answered(thread);
  await thread.deliver({ to: 'support-7102', text: 'It fails, too.', ...proven });
  await thread.answer(7102, 'I see.\n', 'bob');
  expect(thread.lastTo(NIC).text.split('\n')).toEqual([
    ...['I see.', ''],
    ...['On 2026-11-20 11:00 UTC, Nic Ferrier wrote:', '> It fails, too.', ''],
    ...['On 2026-11-20 11:00 UTC, Support wrote:', '> Try it again.', ''],
    ...['On 2026-11-20 10:00 UTC, Nic Ferrier wrote:', '> I cannot', '> log in.', ''],
  ]);
  expect(await answered(deskThatQuotes('none'))).toBe('Try it again.\n');
});

test('of a mail that nobody has proven, its date alone', async () => {
  const desk = deskThatQuotes('last');
  await desk.deliver({ text: 'I am Nic, really.' });
  await desk.answer(7102, 'Try it again.\n', 'bob');
  expect(desk.lastTo(NIC).text).toBe(
    'Try it again.\n\n[A message of 2026-11-20 10:00 UTC is not quoted here]\n',
  );
});

test('somebody in copy reads what named them, and no word of what did not', async () => {
  const desk = deskThatQuotes('thread');
  await desk.deliver({ text: 'My secret words of Nic', ...proven });
  await desk.order(7102, `cc +${KAY}`);
  await desk.deliver({
    to: 'support-7102',
    text: 'For Kay as well',
    more: `Cc: ${KAY}\n`,
    ...proven,
  });
  await desk.act(7102, { type: 'note', text: 'Bad payer, careful' }, 'bob');
  await desk.answer(7102, 'Hello both.\n', 'bob');
  expect(desk.lastTo(KAY).text).toContain(
    '> For Kay as well\n\n[A message of 2026-11-20 10:00 UTC is not quoted here]',
  );
  expect(desk.everythingTo(KAY)).not.toMatch(/secret|payer/);
  expect(desk.lastTo(NIC).text).toContain('> My secret words of Nic');
  expect(desk.everythingTo(NIC)).not.toContain('payer');
});

const PAY = 'Kay, please pay to another account: FORGED-IBAN';

test.each(['last', 'thread'])(
  'no forged mail reaches somebody else as a quote (%s)',
  async (quote) => {
    const desk = deskThatQuotes(quote);
    await desk.deliver({ text: 'I cannot log in.', ...proven });
    await desk.order(7102, `cc +${KAY}`);
    await desk.deliver({ to: 'support-7102', text: PAY, more: `Cc: ${KAY}\n` });
    await desk.answer(7102, 'Hello both.\n', 'bob');
    expect(desk.lastTo(KAY).text).toContain(
      'Hello both.\n\n[A message of 2026-11-20 10:00 UTC is not quoted here]\n',
    );
    // Its sender is proven, but nobody knows them here.
    const more = `Cc: ${KAY}\n`;
    await desk.deliver({
      ...{ from: EVE, to: 'support-7102', text: PAY, more, results: provenFrom(EVE) },
    });
    await desk.release(desk.held()[0]?.id ?? 0);
    expect(desk.ticket(7102).messages.at(-1)).toMatchObject({ trust: 'authenticated' });
    await desk.answer(7102, 'Hello again.\n', 'bob');
    expect(desk.lastTo(KAY).text).toContain('Hello again.\n');
    expect(desk.everythingTo(KAY)).not.toContain('FORGED');
    expect(desk.everythingTo(NIC)).not.toContain('FORGED');
  },
);

test.each(['last', 'thread'])('nobody learns of a mail to somebody else (%s)', async (quote) => {
  const desk = deskThatQuotes(quote);
  await desk.deliver({ text: 'I cannot log in.', ...proven });
  desk.wait(3_600_000);
  await desk.act(7102, { type: 'forward', to: KAY, text: 'Is this fraud?' }, 'bob');
  await desk.answer(7102, 'Try it again.\n', 'bob');
  expect(desk.lastTo(NIC).text).toBe(
    'Try it again.\n\nOn 2026-11-20 10:00 UTC, Nic Ferrier wrote:\n> I cannot log in.\n',
  );
});

test.each([
  ['de', 'Am 20.11.2026 um 10:00 UTC schrieb Nic Ferrier:'],
  ['fr', 'Le 20/11/2026 à 10:00 UTC, Nic Ferrier a écrit :'],
  ['es', 'El 20/11/2026 a las 10:00 UTC, Nic Ferrier escribió:'],
  ['it', 'Il 20/11/2026 alle 10:00 UTC, Nic Ferrier ha scritto:'],
  ['pt', 'Em 20/11/2026 às 10:00 UTC, Nic Ferrier escreveu:'],
  ['nl', 'Op 20-11-2026 om 10:00 UTC schreef Nic Ferrier:'],
  ['pl', 'W dniu 20.11.2026 o 10:00 UTC Nic Ferrier pisze:'],
  ['sv', 'Den 2026-11-20 10:00 UTC skrev Nic Ferrier:'],
  ['da', 'Den 20.11.2026 10:00 UTC skrev Nic Ferrier:'],
  ['cs', 'Dne 20.11.2026 10:00 UTC Nic Ferrier napsal(a):'],
  ['tr', '20.11.2026 10:00 UTC tarihinde Nic Ferrier yazdı:'],
  ['xx', 'On 2026-11-20 10:00 UTC, Nic Ferrier wrote:'],
])('in the language of the queue, if theirs is not known: %s', async (language, head) => {
  const desk = deskThatQuotes('last', { language });
  await desk.deliver({ text: 'lamp?', ...proven });
  await desk.answer(7102, 'x\n', 'bob');
  expect(desk.lastTo(NIC).text).toBe(`x\n\n${head}\n> lamp?\n`);
  expect(newLines(inBlocks(desk.lastTo(NIC).text))).toEqual([{ from: 1, to: 1 }]);
});

test('in the language of the customer, if their mail has told it', async () => {
  const desk = deskThatQuotes('last', { language: 'fr' });
  const text = 'Guten Tag,\n\nich kann mich nicht anmelden. Was ist zu tun?';
  await desk.deliver({ text, more: 'Content-Language: de\n', ...proven });
  await desk.answer(7102, 'x\n', 'bob');
  expect(desk.ticket(7102).language).toBe('de');
  expect(desk.lastTo(NIC).text).toContain('\nAm 20.11.2026 um 10:00 UTC schrieb Nic Ferrier:\n');
});

test('what goes out by itself quotes nothing', async () => {
  const desk = deskThatQuotes('thread', { due: { remindDays: 1 } });
  await desk.deliver({ text: 'I cannot log in.', ...proven });
  await desk.deliver({ to: 'support-7102-status', text: 'x', ...proven });
  await desk.act(7102, { type: 'reply', text: 'By a robot', isAutomatic: true }, 'robot');
  expect(desk.to(NIC)).not.toHaveLength(0);
  expect(desk.everythingTo(NIC)).not.toContain('cannot log in');
});

test('a forward and the first mail of a ticket have nothing below them', async () => {
  const desk = deskThatQuotes('thread');
  await desk.deliver({ text: 'I cannot log in.', ...proven });
  await desk.act(7102, { type: 'forward', to: KAY, text: 'Please look.' }, 'bob');
  expect(desk.lastTo(KAY).text.match(/cannot log in/g)).toHaveLength(1);
  expect(desk.lastTo(KAY).text).not.toContain('> ');
});

test('a very long mail is quoted as far as there is room', async () => {
  const desk = deskThatQuotes('last');
  const text = await answered(desk, `${'ä'.repeat(3000)}\n${'Some words.\n'.repeat(1500)}`);
  expect(Buffer.byteLength(text)).toBeLessThan(20_000);
  expect(text).toContain(' […]\n> Some words.\n');
  expect(text.endsWith('> […]\n')).toBe(true);
});

test('a quote within a quote keeps its marks', async () => {
  const desk = deskThatQuotes('last');
  const inline = '> Did you\n> restart?\n\nYes.\n\n> And the cable?\n\nNo.';
  expect(await answered(desk, inline)).toContain('>> Did you\n>> restart?\n>\n> Yes.\n');
});

describe.each(['last', 'thread'])('a customer answers above it (%s)', (quote) => {
  const newOnes = (desk: Desk) => {
    const message = desk.ticket(7102).messages.at(-1);
    if (message?.direction !== 'in') throw new Error('it did not come in');
    const lines = message.text.split('\n');
    return message.newLines.map(({ from, to }) => lines.slice(from - 1, to).join('\n'));
  };
  test.each(WRITTEN.filter(([name]) => name !== 'a program that marks nothing'))(
    'and what they have written is all that is new: %s',
    async (_, written) => {
      for (const claims of [proven, {}]) {
        const desk = deskThatQuotes(quote, { signature: 'Support\n+49 30 1234' });
        await desk.deliver({ text: 'I cannot log in.', ...claims });
        await desk.answer(7102, 'Try it again.\n', 'bob');
        const { id, text } = desk.lastTo(NIC);
        const answer = written('It works now.', text);
        await desk.deliver({ to: 'support-7102', answers: id, text: answer, ...proven });
        expect(newOnes(desk)).toEqual(['It works now.']);
      }
    },
  );

  test.each(WRITTEN.filter(([name]) => name !== 'a program that marks nothing'))(
    'and so does somebody in copy, who reads the address of whoever wrote: %s',
    async (_, written) => {
      const desk = deskThatQuotes(quote);
      await desk.deliver({ text: 'I cannot log in.', ...proven });
      await desk.order(7102, `cc +${KAY}`);
      const more = `Cc: ${KAY}\n`;
      await desk.deliver({ to: 'support-7102', text: 'It fails, too.', more, ...proven });
      await desk.answer(7102, 'Try it again.\n', 'bob');
      const { id, text } = desk.lastTo(KAY);
      expect(text).toContain(`, Nic Ferrier <${NIC}> wrote:\n> It fails, too.\n`);
      const answer = written('It works now.', text);
      await desk.deliver({ from: KAY, to: 'support-7102', answers: id, text: answer });
      expect(newOnes(desk)).toEqual(['It works now.']);
    },
  );

  test('in HTML, as Gmail and Outlook write it', async () => {
    const desk = deskThatQuotes(quote);
    const text = await answered(desk);
    const copy = text
      .replaceAll('&', '&amp;')
      .replaceAll('<', '&lt;')
      .replaceAll('>', '&gt;')
      .replaceAll('\n', '<br>');
    for (const html of [
      `<div>It works now.</div><br><div class="gmail_quote"><div class="gmail_attr">On Fri, 20 Nov 2026 at 11:00, Support &lt;<a href="mailto:x@y.example">x@y.example</a>&gt; wrote:<br></div><blockquote class="gmail_quote">${copy}</blockquote></div>`,
      `<p class="MsoNormal">It works now.</p><div style="border:none;border-top:solid #E1E1E1 1.0pt"><p><b>From:</b> Support &lt;x@y.example&gt;<br><b>Sent:</b> Friday, November 20, 2026 11:00<br><b>To:</b> Nic<br><b>Subject:</b> Re: x</p></div><p>${copy}</p>`,
    ]) {
      await desk.deliver({ to: 'support-7102', text: html, more: HTML, ...proven });
      expect(newOnes(desk)).toEqual(['It works now.']);
    }
  });

  test.each(WRITTEN)(
    'and the staff, answering what they were told of it, send their own words alone: %s',
    async (_, written) => {
      const desk = deskThatQuotes(quote);
      const text = await answered(desk);
      await desk.deliver({ to: 'support-7102', text: written('It works now.', text), ...proven });
      const told = desk.lastTo(BOB);
      await desk.deliver({
        ...{ from: BOB, to: told.replyTo, answers: told.id },
        text: written('Thank you for telling us, Nic.', told.text),
      });
      expect(desk.ticket(7102).messages.at(-1)).toMatchObject({
        direction: 'out',
        text: 'Thank you for telling us, Nic.\n',
      });
    },
  );
});
