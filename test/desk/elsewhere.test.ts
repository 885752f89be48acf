/** One mail to several tickets: what each of them shows. */
import { beforeEach, describe, expect, test } from 'vitest';
import { DOMAIN, NIC } from '../kit/config.ts';
import { Desk } from '../kit/desk.ts';

const TICKETS = [7102, 7103, 7104, 7105, 7106];

let desk: Desk;
beforeEach(async () => {
  desk = new Desk();
  for (const n of TICKETS) await desk.deliver({ text: 'Hello', id: `<first${n}@ferrier.example>` });
});

const words = (kib: number) => 'All of what happened to my tablet.\n'.repeat(30 * kib).trimEnd();

async function toEach(mail: { readonly text: string; readonly id?: string | null }) {
  for (const n of TICKETS) {
    const came = await desk.deliver({ from: NIC, ...mail, rcpt: `SUPPORT-${n}@${DOMAIN}` });
    expect(came.end).toBe('appended');
  }
  return TICKETS.map((n) => {
    const last = desk.ticket(n).messages.at(-1);
    if (last?.direction !== 'in') throw new Error('no mail came in');
    return last;
  });
}

describe('a mail to five tickets of its author', () => {
  test.each(['<long@ferrier.example>', null])(
    'that is long is whole in the first; the others say so, and have it as a file (%s)',
    async (id) => {
      const [first, ...others] = await toEach({ text: words(20), id });
      expect(first?.text.length).toBeGreaterThan(20 * 1024);
      expect(first?.fault).toBeUndefined();
      for (const other of others) {
        expect(other.text.length).toBeLessThanOrEqual(4 * 1024);
        expect(first?.text.startsWith(other.text)).toBe(true);
        expect(other.fault).toBe('the rest of it is in SUPPORT-7102, which it came to as well');
        expect(other.attachments.map(({ filename }) => filename)).toEqual(['message.eml']);
      }
      const lengths = others.map(({ text }) => text.length);
      expect(lengths).toEqual(lengths.toSorted((a, b) => b - a));
    },
  );

  test('that says what people say in a mail is whole in the first two, and short ones in all', async () => {
    const [, second] = await toEach({ text: words(3), id: '<usual@ferrier.example>' });
    expect(second?.text.trim()).toBe(words(3));
    expect(second?.fault).toBeUndefined();
    for (const one of await toEach({ text: 'Any news?', id: '<short@ferrier.example>' })) {
      expect(one.text.trim()).toBe('Any news?');
    }
  });
});

test('another mail that has the same Message-ID is shown whole', async () => {
  const id = '<once@ferrier.example>';
  await desk.deliver({ from: NIC, text: words(20), id, rcpt: `SUPPORT-7102@${DOMAIN}` });
  const text = 'Something else altogether.\n'.repeat(800).trimEnd();
  await desk.deliver({ from: NIC, text, id, rcpt: `SUPPORT-7103@${DOMAIN}` });
  expect(desk.ticket(7103).messages.at(-1)?.text.trim()).toBe(text);
});

test('nobody hides the words of another’s mail by one that begins as it does', async () => {
  const id = '<known@ferrier.example>';
  const text = `${words(3)}\n\n${'And that is why I want my money back.\n'.repeat(200)}`;
  await desk.deliver({ from: 'eve@evil.example', text: words(3), id });
  await desk.deliver({ from: NIC, text, id, rcpt: `SUPPORT-7103@${DOMAIN}` });
  expect(desk.ticket(7103).messages.at(-1)).toMatchObject({
    text: expect.stringContaining('money back.\nAnd that'),
  });
});

test('a mail with other files than the one whose Message-ID it has is shown whole', async () => {
  const id = '<files@ferrier.example>';
  const filesOf = (word: string) =>
    Array.from(
      { length: 12 },
      (_, n) => `--b\nContent-Disposition: attachment; filename=${n}.txt\n\n${word} ${n}\n`,
    ).join('');
  const mailOf = (word: string) => ({
    ...{ id, more: 'MIME-Version: 1.0\nContent-Type: multipart/mixed; boundary=b\n' },
    text: `--b\n\nSee the files.\n${filesOf(word)}--b--`,
  });
  await desk.deliver({ ...mailOf('one'), from: NIC, rcpt: `SUPPORT-7102@${DOMAIN}` });
  await desk.deliver({ ...mailOf('two'), from: NIC, rcpt: `SUPPORT-7103@${DOMAIN}` });
  const last = desk.ticket(7103).messages.at(-1);
  expect(last?.attachments).toHaveLength(12);
});
