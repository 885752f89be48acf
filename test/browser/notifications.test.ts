/**
 * Customers' mails as the staff see them, in a browser and in a terminal; and whatever HTML in
 * whatever charset comes in a mail, what they see of it is harmless and says the words of the text.
 */
import { describe, expect, test } from 'vitest';
import { browserMissing, openBrowser, siteOf } from '../kit/browser.ts';
import { problemsOf } from '../kit/looked-at.ts';
import { CLIENTS, shownOf } from '../kit/shown-mails.ts';
import { inTerminal, w3mMissing } from '../kit/w3m.ts';

describe.skipIf(browserMissing !== null)('a notification with HTML in Chromium', () => {
  const browser = openBrowser();

  test.each(CLIENTS)('of a mail of %s is well at every width, light and dark', async (client) => {
    const { html } = await shownOf(client);
    expect(await problemsOf(client, siteOf(html), 'mail', await browser())).toEqual([]);
  });
});

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
