/**
 * Everything that is wrong with a document for who looks at it, in words; nothing if it is well.
 * Chromium opens it at three widths, light and dark, and axe-core judges it there; html-validate
 * judges what it is written in.
 *
 * `LOOK=folder` keeps a picture of each look there, to be looked at.
 */
import { mkdirSync, readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { join } from 'node:path';
import { HtmlValidate, StaticConfigLoader } from 'html-validate';
import { LOOKS, type Seen, type Site, type Window } from './browser.ts';

const PICTURES = process.env['LOOK'];
const AXE = readFileSync(createRequire(import.meta.url).resolve('axe-core/axe.min.js'), 'utf8');

/** A mail is shown within a client's own page: that has the title, the language and landmarks. */
export type Kind = 'mail' | 'page';

const AXE_OPTIONS: Readonly<Record<Kind, object>> = {
  mail: {
    runOnly: ['wcag2a', 'wcag2aa', 'wcag21a', 'wcag21aa', 'wcag22aa'],
    rules: { 'document-title': { enabled: false }, 'html-has-lang': { enabled: false } },
  },
  page: {},
};

export async function problemsOf(
  name: string,
  site: Site,
  kind: Kind,
  window: Window,
): Promise<readonly string[]> {
  const problems: string[] = [];
  for (const look of LOOKS) {
    const seen = await window.see(site, look);
    const found = [...problemsIn(seen), ...(await axeProblems(window, kind))];
    problems.push(...found.map((problem) => `${look.width} px, ${look.scheme}: ${problem}`));
    if (PICTURES === undefined) continue;
    mkdirSync(PICTURES, { recursive: true });
    await window.screenshot(join(PICTURES, `${name}-${look.width}-${look.scheme}.png`));
  }
  const markup = await markupProblems(String(site.file(site.start)?.content ?? ''));
  const isOfMail = (problem: string) => kind !== 'mail' || !problem.includes(NO_LANGUAGE);
  return [...problems, ...markup.filter(isOfMail)];
}

/** Words of several people stand in a mail, each in their own. */
const NO_LANGUAGE = '<html> is missing required "lang" attribute';

/** Of one look at it. */
export function problemsIn(seen: Seen): readonly string[] {
  return [
    ...seen.requests.map((url) => `asks for ${url.slice(0, 200)}`),
    ...seen.messages.map((text) => `the console says: ${text.slice(0, 300)}`),
    ...seen.scripts.map((script) => `runs ${script.slice(0, 200)}`),
    ...seen.armed.map((attribute) => `would run ${attribute}`),
    ...seen.hidden.map((words) => `hides words, ${words}`),
    ...(seen.scrollsBy > 0 ? [`scrolls sideways by ${seen.scrollsBy} px`] : []),
  ];
}

interface Violation {
  readonly id: string;
  readonly help: string;
  readonly nodes: readonly { readonly html: string; readonly failureSummary?: string }[];
}

async function axeProblems(window: Window, kind: Kind): Promise<readonly string[]> {
  await window.ask(`${AXE};0`);
  const options = JSON.stringify({ ...AXE_OPTIONS[kind], resultTypes: ['violations'] });
  const found = await window.ask(
    `axe.run(document, ${options}).then(({ violations }) => JSON.stringify(violations))`,
  );
  // axe.run resolves to results of this form.
  const violations: readonly Violation[] = JSON.parse(String(found));
  return violations.map(({ id, help, nodes }) => {
    const [first] = nodes;
    return `axe ${id}: ${help}, ${nodes.length} times, ${first?.html.slice(0, 200)} ${first?.failureSummary ?? ''}`;
  });
}

/** By the rules of the HTML standard alone: of style there is no judging. */
export async function markupProblems(html: string): Promise<readonly string[]> {
  const loader = new StaticConfigLoader({ extends: ['html-validate:standard'] });
  const report = await new HtmlValidate(loader).validateString(html);
  return report.results.flatMap(({ messages }) =>
    messages.map(({ ruleId, message, line, column }) => `${line}:${column} ${message} (${ruleId})`),
  );
}
