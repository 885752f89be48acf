/** Whatever is written to mislead a browser, a reader or this program. */
import { type DefaultTreeAdapterTypes, parse } from 'parse5';
import { describe, expect, test } from 'vitest';
import { cutTo } from '../../src/html/cut.ts';
import { fromText } from '../../src/html/from-text.ts';
import { safeTree, sanitise, wordsOf } from '../../src/html/sanitise.ts';
import { writtenWithin } from '../../src/html/serialise.ts';
import type { TextLeaf } from '../../src/html/tree.ts';
import { linesOf } from '../../src/html/words.ts';
import { type Choose, choiceOf, roundsOf, SEED } from '../kit/random.ts';

const MEBI = 1024 * 1024;

const repeated = (piece: string) => piece.repeat(Math.floor(MEBI / piece.length));

test.each([
  ['nested blocks', repeated('<div>')],
  ['nested emphasis', repeated('<b>')],
  ['emphasis that is opened again in each paragraph', repeated('<b x=1><p>')],
  ['tables in tables', repeated('<table><tr><td>')],
  ['words that a table pushes out', `<table>${repeated('x<br>')}`],
  ['links in links', repeated('<a href=x>')],
  ['namespaces', repeated('<svg><math>')],
  ['templates', repeated('<template>')],
  ['options', `<select>${repeated('<option>')}`],
  ['comments', repeated('<!---->')],
  ['attributes', `<p ${Array.from({ length: 150_000 }, (_, n) => `a${n}`).join(' ')}>`],
  ['one long attribute', `<p x="${repeated('<b>')}">`],
  ['an end tag for each paragraph', repeated('</p>')],
  ['signs without an end', repeated('&lt')],
  ['lists', repeated('<ul><li>')],
  ['lists without items', `${'<dl>'.repeat(200)}x`],
  [
    'emphasis that reaches over many blocks',
    `<b><i><u><s><sub><sup><code>${'<div>x</div>'.repeat(40_000)}`,
  ],
  ['a link that is longer than any', `<a href="https://x.example/${repeated('x')}">x</a>`],
])('a mebibyte of %s is given up, or comes out in the same form once more', (_, html) => {
  const once = sanitise(html.slice(0, MEBI));
  // Nobody wants to see a mebibyte of it.
  if (once !== null) expect(sanitise(once.html)?.html === once.html).toBe(true);
});

test('what is larger is given up', () => {
  expect(sanitise(' '.repeat(MEBI + 1))).toBeNull();
});

/** Each was small, and a delivery failed over it, or took gigabytes. */
const LINES = 130_000;

describe('what has very many lines is given up, or comes out', () => {
  const many = '\n'.repeat(LINES);
  test.each([
    ['line breaks that a style keeps', `<div style="white-space:pre">${many}</div>`],
    ['line breaks in a pre', `<pre>a${many}b</pre>`],
    ['lines of words', `<pre>${'a\n'.repeat(LINES)}</pre>`],
    ['line breaks in a link', `<a href="https://x.example/" style="white-space:pre">${many}</a>`],
    ['what a table pushes out', `<table>${'<br>x'.repeat(LINES / 4)}<tr>${'y<hr>'.repeat(10_000)}`],
    ['items without a list', '<ul><div>x</div></ul>'.repeat(10_000)],
  ])('%s', (_, html) => {
    const tree = safeTree(html);
    if (tree === null) return;
    expect(linesOf(tree).length).toBeLessThanOrEqual(LINES + 1);
    cutTo(tree, { text: 'a', names: [], pictures: new Set() });
  });

  test('an item with very many lists beside it', () => {
    const lists = 20_000;
    const html = `<ul><li>x${'<ul><li>y</li></ul>'.repeat(3)}</li>${'<ul>y</ul>'.repeat(lists)}</ul>`;
    expect(linesOf(safeTree(html) ?? [])).toHaveLength(lists + 4);
  });

  test('a plain text', () => {
    expect(fromText('a\n\n'.repeat(LINES)).html.split('<p>').length).toBe(LINES + 1);
  });

  test('an answer that says it as plain text', () => {
    const text = `${'a '.repeat(LINES)}[${'b '.repeat(10)}]`;
    const tree = safeTree(`<p>${text}</p>`) ?? [];
    expect(cutTo(tree, { text, names: [], pictures: new Set() })).toEqual(tree);
  });
});

describe('what comes out of a little is bounded before it is written', () => {
  const link = `<a href="https://x.example/?${'&'.repeat(1900)}">`;
  const most = 64 * 1024;

  test('a link that is in each of many paragraphs', () => {
    const html = link + '<p>.'.repeat(20_000);
    expect(sanitise(html, { targets: 'all', most })).toBeNull();
    expect(sanitise(html)).toBeNull();
    expect(safeTree(html)).toBeNull();
    expect(wordsOf({ html })).toBe('');
  });

  test('nothing is written beyond what is too large', () => {
    let written = 0;
    const leaf: TextLeaf = {
      ...{ kind: 'text', isAsIs: false, marks: [] },
      get text() {
        written += 1;
        return '&'.repeat(most / 10);
      },
    };
    const nodes = Array.from({ length: 1000 }, () => leaf);
    expect(writtenWithin(nodes, most)).toBeNull();
    expect(written).toBe(3);
    expect(writtenWithin(nodes.slice(0, 2), most)).toHaveLength(2 * 5 * Math.floor(most / 10));
  });

  test('an address that is too long as it goes out is none', () => {
    expect(sanitise(`<a href="https://x.example/${'ä'.repeat(1000)}">x</a>`)?.html).toBe('x');
  });

  test('lines in very deep quotes', () => {
    const lines = 8000;
    const depth = 240;
    const html = '<blockquote>'.repeat(depth) + '.<br>'.repeat(lines);
    const safe = sanitise(html)?.html ?? '';
    expect(safe.split('<blockquote>')).toHaveLength(20 + 1);
    expect(sanitise(safe)?.html === safe).toBe(true);
    const words = wordsOf({ html }).split('\n');
    expect(words).toHaveLength(lines);
    expect(new Set(words)).toEqual(new Set([`${'> '.repeat(20)}.`]));
  });
});

/** Structures that browsers move, and that sanitisers have fallen for. */
const PIECES = [
  ...[
    '<p>',
    '</p>',
    '<div>',
    '</div>',
    '<b>',
    '</b>',
    '<i x=1>',
    '</i>',
    '<a href="https://a.example/">',
  ],
  ...[
    '</a>',
    '<a href="javascript:alert(1)">',
    '<table>',
    '</table>',
    '<tr>',
    '<td>',
    '</td>',
    '<th>',
  ],
  ...[
    '<caption>',
    '<colgroup>',
    '<col>',
    '<tbody>',
    '<thead>',
    '<ul>',
    '</ul>',
    '<ol start=7>',
    '<li>',
  ],
  ...[
    '</li>',
    '<dl>',
    '<dt>',
    '<dd>',
    '<pre>',
    '</pre>',
    '<pre>\n\n',
    '<h1>',
    '</h2>',
    '<blockquote>',
  ],
  ...[
    '<svg>',
    '</svg>',
    '<math>',
    '</math>',
    '<mtext>',
    '<mglyph>',
    '<annotation-xml encoding=text/html>',
  ],
  ...['<foreignObject>', '<desc>', '<style>', '</style>', '<script>', '</script>', '<noscript>'],
  ...[
    '</noscript>',
    '<template>',
    '</template>',
    '<textarea>',
    '</textarea>',
    '<title>',
    '</title>',
  ],
  ...[
    '<select>',
    '<option>',
    '</select>',
    '<form>',
    '</form>',
    '<button>',
    '</button>',
    '<object>',
  ],
  ...['<marquee>', '</marquee>', '<plaintext>', '<xmp>', '</xmp>', '<frameset>', '<body onload=x>'],
  ...[
    '<html>',
    '<head>',
    '<iframe>',
    '</iframe>',
    '<noembed>',
    '<nobr>',
    '</nobr>',
    '<br>',
    '</br>',
    '<hr>',
  ],
  ...[
    '<img src="cid:a@b" alt="A">',
    '<img src=x onerror=alert(1)>',
    '<!--',
    '-->',
    '<!-->',
    '<![CDATA[',
    ']]>',
  ],
  ...[
    '<![if x]>',
    '<?x',
    '</',
    '<',
    '>',
    '"',
    "'",
    '&lt;img src=x onerror=y&gt;',
    '&amp;lt;',
    '&#0;',
    '&nbsp;',
  ],
  ...[
    '\u0000',
    '\u202E',
    '\uD800',
    ' ',
    '\n',
    '\t',
    'word',
    'bank.example',
    '<span style="display:none">',
  ],
  ...[
    '<div hidden>',
    '<p style="white-space:pre">',
    '<div dir=rtl>',
    '<o:p>',
    '</o:p>',
    '<center>',
    '<font>',
  ],
];

const ROUNDS = roundsOf(4000);
const MAX_PIECES = 40;
const ALLOWED =
  /^(?:p|div|blockquote|pre|hr|h[1-6]|ul|ol|li|dl|dt|dd|table|thead|tbody|tfoot|tr|td|th|b|strong|i|em|u|s|sub|sup|code|a|br|img)$/;

test(`random HTML comes out with nothing but what is allowed, and the same once more (SEED=${SEED})`, () => {
  const choose = choiceOf(SEED);
  for (let round = 0; round < ROUNDS; round += 1) {
    const html = randomHtml(choose);
    const safe = sanitise(html);
    if (safe === null) throw new Error(`too much: ${html}`);
    expect(sanitise(safe.html), html).toEqual(safe);
    expect(sanitise(`<!DOCTYPE html>${safe.html}`), html).toEqual(safe);
    expect(wordsOf(safe)).toBe(wordsOf({ html: `<!DOCTYPE html>${safe.html}` }));
    for (const element of elementsOf(parse(safe.html))) {
      expect(element.tagName, html).toMatch(ALLOWED);
      for (const { name, value } of element.attrs) expect(isAllowed(name, value), html).toBe(true);
    }
  }
});

test(`as a browser reads it, it is what was written, tag by tag (SEED=${SEED})`, () => {
  const choose = choiceOf(SEED + 1);
  for (let round = 0; round < ROUNDS; round += 1) {
    const html = randomHtml(choose);
    const written = sanitise(html)?.html ?? '';
    const tags = [...written.matchAll(/<([a-z0-9]+)[ >]/g)].map(([, name]) => name);
    expect(
      elementsOf(parse(written)).map(({ tagName }) => tagName),
      html,
    ).toEqual(tags);
  }
});

function randomHtml(choose: Choose): string {
  return Array.from({ length: 1 + choose.number(MAX_PIECES) }, () => choose(PIECES)).join('');
}

function isAllowed(name: string, value: string): boolean {
  if (name === 'href') return /^(?:https?|mailto|tel):/.test(value);
  if (name === 'src') return value.startsWith('cid:');
  return /^(?:alt|width|height|dir|border|colspan|rowspan|start|type)$/.test(name);
}

/** In the order of their start tags. */
function elementsOf(document: DefaultTreeAdapterTypes.Document) {
  const found: DefaultTreeAdapterTypes.Element[] = [];
  const look = (node: DefaultTreeAdapterTypes.Node): void => {
    if ('tagName' in node && !/^(?:html|head|body)$/.test(node.tagName)) found.push(node);
    if ('childNodes' in node) for (const child of node.childNodes) look(child);
  };
  look(document);
  return found;
}
