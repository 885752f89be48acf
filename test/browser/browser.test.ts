/** Whoever looks at HTML with test/kit/browser.ts finds what is wrong with it. */
import { describe, expect, test } from 'vitest';
import { browserMissing, openBrowser, siteOf } from '../kit/browser.ts';
import { markupProblems, problemsIn, problemsOf } from '../kit/looked-at.ts';
import { inTerminal, w3mMissing } from '../kit/w3m.ts';

const WELL = `<!doctype html>
<html lang="en"><head><meta charset="utf-8"><title>Well</title>
<meta name="viewport" content="width=device-width, initial-scale=1"></head>
<body><main><h1>Hello</h1><p>All is well, <a href="https://desk.example/">see</a>.</p></main></body></html>
`;

describe.skipIf(browserMissing !== null)('a document in Chromium', () => {
  const browser = openBrowser();

  test('that is well has no problems at any width', { timeout: 60_000 }, async () => {
    expect(await problemsOf('well', siteOf(WELL), 'page', await browser())).toEqual([]);
  });

  test.each([
    ['asks for', '<img alt="x" src="https://elsewhere.example/x.png">'],
    ['asks for', '<link rel="stylesheet" href="/style.css">'],
    ['runs', '<script>1</script>'],
    ['runs', '<svg onload="1"></svg>'],
    ['would run', '<iframe src="javascript:1"></iframe>'],
    ['runs', '<img alt="x" src="data:x" onerror="1">'],
    ['runs', '<script>debugger</script>'],
    ['the console says', '<script>console.log("words")</script>'],
    ['would run', '<a href=" java&Tab;script:1">x</a>'],
    ['would run', '<p onclick="1">x</p>'],
    ['scrolls sideways', '<div style="width:600px">wide</div>'],
    ['hides words', '<p style="display:none">words</p>'],
    ['hides words', '<p style="font-size:1px">words</p>'],
    ['hides words', '<p style="color:#fff">words</p>'],
    ['hides words', '<p style="position:absolute;left:-999px">words</p>'],
    ['hides words', '<p hidden>words</p>'],
    ['hides words', '<p style="opacity:0">words</p>'],
    ['hides words', '<div style="height:0;overflow:hidden"><p>words</p></div>'],
    ['hides words', '<template>words</template>'],
    ['hides words', '<!-- words -->'],
    ['hides words', '<details><summary>x</summary>words</details>'],
  ])('%s: %s', async (problem, html) => {
    const window = await browser();
    const seen = await window.see(siteOf(`<!doctype html><body>${html}`));
    expect(problemsIn(seen).map((found) => found.slice(0, problem.length))).toContain(problem);
  });

  test('one after another, each is judged by itself', async () => {
    const window = await browser();
    await window.see(siteOf('<!doctype html><script>console.log("words")</script>'));
    expect(problemsIn(await window.see(siteOf(WELL)))).toEqual([]);
  });

  test('its pictures are shown in place, and asked of nobody', async () => {
    const window = await browser();
    const seen = await window.see(siteOf('<!doctype html><p><img alt="x" src="cid:a@b.example">'));
    expect(problemsIn(seen)).toEqual([]);
  });

  test('its tree and its words are those that the browser makes of it', async () => {
    const window = await browser();
    const seen = await window.see(siteOf('<!doctype html><body><p>One<p title=b>Two'));
    expect(seen.tree).toBe('[["p",{},"One"],["p",{"title":"b"},"Two"]]');
    expect(seen.words).toBe('One\n\nTwo');
  });
});

test('the standard judges what it is written in', async () => {
  expect(await markupProblems(WELL)).toEqual([]);
  expect(await markupProblems(WELL.replace('<p>', '<p><div>'))).not.toEqual([]);
});

test.skipIf(w3mMissing !== null)('a reader in a terminal sees its words', () => {
  expect(inTerminal(WELL)).toContain('All is well, see.');
});
