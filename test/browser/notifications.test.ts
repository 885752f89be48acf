/**
 * Customers' mails as the staff see them, in a browser and in a terminal; and whatever HTML in
 * whatever charset comes in a mail, what they see of it is harmless and says the words of the text.
 */
import iconv from 'iconv-lite';
import { describe, expect, test } from 'vitest';
import { browserMissing, openBrowser, siteOf } from '../kit/browser.ts';
import { NIC } from '../kit/config.ts';
import { hostileHtml, wordsIn } from '../kit/hostile-html.ts';
import { problemsIn, problemsOf } from '../kit/looked-at.ts';
import { type Choose, choiceOf, roundsOf, SEED } from '../kit/random.ts';
import { CLIENTS, shownOf, shownTo } from '../kit/shown-mails.ts';
import { inTerminal, w3mMissing } from '../kit/w3m.ts';

describe.skipIf(browserMissing !== null)('a notification with HTML in Chromium', () => {
  const browser = openBrowser();

  test.each(CLIENTS)('of a mail of %s is well at every width, light and dark', async (client) => {
    const { html } = await shownOf(client);
    expect(await problemsOf(client, siteOf(html), 'mail', await browser())).toEqual([]);
  });

  test.each(Array.from({ length: roundsOf(16) }, (_, n) => SEED + n * TOGETHER))(
    'of hostile HTML in any charset is harmless, and says the words of the text (SEED=%i)',
    async (from) => {
      const window = await browser();
      for (let seed = from; seed < from + TOGETHER; seed += 1) {
        const { html, text } = await shownTo(hostileMail(choiceOf(seed)));
        expect({ seed, text }).toMatchObject({ text: expect.stringContaining(OURS) });
        if (html === '') continue;
        const seen = await window.see(siteOf(html));
        const problems = problemsIn(seen).filter((problem) => !problem.startsWith('scrolls'));
        expect({ seed, problems }).toEqual({ seed, problems: [] });
        expect({ seed, words: seen.words }).toMatchObject({ words: expect.stringContaining(OURS) });
        // Of UTF-16 that says it is UTF-8; no browser shows them.
        const said = text.replaceAll('\0', '');
        expect({ seed, words: wordsIn(seen.words) }).toEqual({ seed, words: wordsIn(said) });
      }
    },
  );
});

const TOGETHER = 8;
const OURS = `An answer to this mail goes to ${NIC}`;

/** HTML alone, or beside a text that is something else, in a charset that may not be the one it says. */
function hostileMail(choose: Choose): Buffer {
  const charset = choose(CHARSETS);
  const said = choose([charset, charset, charset, 'utf-8', 'us-ascii', 'no-such-charset']);
  const octets = iconv.encode(hostileHtml(choose), charset, { addBOM: choose([true, false]) });
  const lines = octets.toString('base64').replace(/.{76}/g, '$&\n');
  const page = `Content-Type: text/html; charset=${said}\nContent-Transfer-Encoding: base64\n\n${lines}\n`;
  const beside = `--b\nContent-Type: text/plain\n\nw1x w2x\n--b\n${page}--b--\n`;
  const body = choose([
    page,
    `Content-Type: multipart/alternative; boundary=b\n\n${beside}`,
    `Content-Type: multipart/mixed; boundary=b\n\n${beside}`,
  ]);
  const header = `From: ${NIC}\nSubject: x\nMessage-ID: <x@ferrier.example>\nMIME-Version: 1.0\n`;
  return Buffer.from(`${header}${body}`);
}

const CHARSETS = [
  ...['utf-8', 'utf-8', 'utf-16le', 'utf-16be', 'utf-7', 'windows-1252', 'iso-8859-7', 'koi8-r'],
  ...['shift_jis', 'euc-jp', 'gb18030', 'big5', 'euc-kr', 'windows-1255', 'iso-8859-15'],
];

test.skipIf(w3mMissing !== null)(
  'a reader in a terminal sees rows, links and sentences',
  async () => {
    const { html } = await shownOf('outlook');
    const seen = inTerminal(html);
    expect(seen).toContain('An answer to this mail goes to nic@ferrier.example.');
    expect(seen).toMatch(/Kiste grün\s*│12\s*│30 €/);
    expect(seen).toContain('hier [https://shop.example/rechnung/7]');
  },
);
