/** The mail of the week as people see it: narrow and wide, light and dark, and in a terminal. */
import { describe, expect, test } from 'vitest';
import { WeekOfQueues, weeklyDrafts } from '../../src/desk/weekly.ts';
import { weeklyHtml } from '../../src/letters/weekly-html.ts';
import { weeklyMail } from '../../src/letters/weekly-text.ts';
import { browserMissing, openBrowser, siteOf } from '../kit/browser.ts';
import { configOf, DOMAIN, NIC } from '../kit/config.ts';
import { Desk } from '../kit/desk.ts';
import { problemsOf } from '../kit/looked-at.ts';
import { inTerminal, w3mMissing } from '../kit/w3m.ts';

const DAY_MS = 86_400_000;
const LONG =
  'A subject that goes on for long, <b>with signs</b> &c., until it needs more than a line';

async function mailOfTheWeek(): Promise<string> {
  const desk = new Desk();
  for (const subject of ['Locked out', LONG, 'Invoice', 'Invoice']) {
    await desk.deliver({ from: NIC, subject });
    desk.wait(DAY_MS);
  }
  const now = new Date('2026-11-30T08:00:00Z');
  const week = new WeekOfQueues(now);
  for (const commit of desk.records) week.add(commit);
  for (const ticket of desk.tickets()) week.open(ticket);
  const { staff } = configOf();
  const [draft] = weeklyDrafts(staff, ['SUPPORT'], week);
  if (draft === undefined) throw new Error('nobody gets it');
  const { subject, pieces } = weeklyMail(draft, { mayCommand: true, domain: DOMAIN, now });
  return inClient(subject, weeklyHtml(pieces));
}

/** As a client shows the body of a mail: within a page, and on a ground, of its own. */
function inClient(subject: string, body: string): string {
  return `<!DOCTYPE html>
<html lang="en"><head><meta charset="utf-8"><title>${subject}</title>
<meta name="viewport" content="width=device-width">
<style>body{overflow-wrap:break-word;background:#fff;color:#111}
@media(prefers-color-scheme:dark){body{background:#121212;color:#eee}}</style></head>
<body>
${body}
</body></html>
`;
}

describe.skipIf(browserMissing !== null)('the mail of the week in Chromium', () => {
  const browser = openBrowser();

  test('is well at every width', { timeout: 120_000 }, async () => {
    const site = siteOf(await mailOfTheWeek());
    expect(await problemsOf('weekly', site, 'mail', await browser())).toEqual([]);
  });
});

test.skipIf(w3mMissing !== null)('a terminal shows its numbers', async () => {
  const text = inTerminal(await mailOfTheWeek());
  expect(text).toMatch(/Friday +0/);
  expect(text).toContain('<b>with signs</b> &c.');
});
