/**
 * Whatever HTML is made to do: what is left of it runs nothing, asks for nothing and hides nothing
 * in Chromium, is read there as it was written, stays within what is around it, and says the same
 * words there as its text. What is wrong is named by its seed: `SEED=n` tries it again.
 */
import { describe, expect, test } from 'vitest';
import { type Fragment, sanitise, wordsOf } from '../../src/html/sanitise.ts';
import { browserMissing, openBrowser, siteOf, withGreyPictures } from '../kit/browser.ts';
import { hostileHtml, wordsIn } from '../kit/hostile-html.ts';
import { problemsIn } from '../kit/looked-at.ts';
import { choiceOf, roundsOf, SEED } from '../kit/random.ts';
import { foreignIn, type Tree, treeOf } from '../kit/trees.ts';

/** So many stand in a document, each in an element of its own. */
const TOGETHER = 20;

describe.skipIf(browserMissing !== null)(`hostile HTML, SEED=${SEED}`, () => {
  const browser = openBrowser();

  test.each(Array.from({ length: roundsOf(40) }, (_, n) => SEED + n * TOGETHER))(
    'is harmless from seed %i on, and says its words',
    async (from) => expect(await problemsFrom(from, (html) => sanitise(html))).toEqual([]),
  );

  test('is found out where nobody has cleaned it', async () => {
    // What leads the window away is another test's.
    const asItCame = (html: string) => ({
      html: html.replaceAll(/http-equiv|<frame/g, 'x'),
      pictures: [],
    });
    expect(await problemsFrom(3, asItCame)).not.toEqual([]);
  });

  async function problemsFrom(from: number, clean: (html: string) => Fragment | null) {
    const seeds = Array.from({ length: TOGETHER }, (_, n) => from + n);
    const all = seeds.map((seed) => ({
      seed,
      ...(clean(hostileHtml(choiceOf(seed))) ?? { html: '', pictures: [] }),
    }));
    const window = await browser();
    const together = await window.see(documentOf(all.map(({ html }) => html)));
    // In the form of test/kit/in-page.ts.
    const trees: readonly Tree[] = JSON.parse(together.tree);
    const problems = all.flatMap(({ seed, html }, n) =>
      problemsOf({ html, pictures: [] }, trees.slice(2 * n, 2 * n + 2)).map(
        (problem) => `SEED=${seed}: ${problem}`,
      ),
    );
    const seen = problemsIn(together).filter((problem) => !problem.startsWith('scrolls'));
    for (const { seed, html } of seen.length > 0 && problems.length === 0 ? all : []) {
      const alone = problemsIn(await window.see(documentOf([html])));
      problems.push(...alone.map((problem) => `SEED=${seed}: ${problem}`));
    }
    return [...problems, ...seen];
  }
});

function documentOf(fragments: readonly string[]) {
  const each = fragments.map((html) => `<div>${html}</div><p>after</p>`);
  return siteOf(`<!doctype html><meta charset="utf-8"><body>${each.join('')}`);
}

/** `found`: what Chromium has made of it, and of what stands behind it. */
function problemsOf(fragment: Fragment, found: readonly Tree[]): readonly string[] {
  const { html } = fragment;
  const written: readonly Tree[] = [
    ['div', {}, ...treeOf(withGreyPictures(html))],
    ['p', {}, 'after'],
  ];
  const words = wordsIn(wordsOf(fragment));
  return [
    ...(JSON.stringify(found) === JSON.stringify(written) ? [] : ['another tree']),
    ...(sanitise(html)?.html === html ? [] : ['another one, if it is cleaned twice']),
    ...foreignIn(treeOf(html)).map((one) => `lets in ${one}`),
    ...(wordsIn(textIn(found[0] ?? '')) === words ? [] : [`other words than ${words}`]),
  ];
}

function textIn(tree: Tree): string {
  if (typeof tree === 'string') return tree;
  const [name, attributes = {}, ...inner] = tree;
  return name === 'img' ? (attributes['alt'] ?? '') : inner.map(textIn).join(' ');
}
