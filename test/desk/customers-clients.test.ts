/**
 * Mails of customers as their programs write them, and the HTML that the staff are shown of each:
 * fixtures/html-notifications/NAME.eml, and NAME.html.
 */
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { CLIENTS, FOLDER, shownOf } from '../kit/shown-mails.ts';

test.each(CLIENTS)('a mail of %s is shown as it was written', async (client) => {
  const { html, text } = await shownOf(client);
  // The head is the same around any HTML of ours.
  const body = html.slice(html.indexOf('<body>'));
  await expect(body).toMatchFileSnapshot(join(FOLDER, `${client}.html`));
  expect(text).not.toContain('its HTML');
});
