/** What the lines of a text are, out of plain text and out of HTML alike. */
import { expect, test } from 'vitest';
import { type SaidOfLines, textOf } from '../../src/reading/blocks/block.ts';
import { inBlocks } from '../../src/reading/blocks/in-blocks.ts';
import { textOfHtml } from '../../src/reading/html.ts';

/** Each block as its kind and its lines, in one string. */
function blocksOf(text: string, said?: SaidOfLines): readonly string[] {
  const lines = text.split('\n');
  return inBlocks(text, said).blocks.map((block) => {
    const kind = block.kind === 'quote' ? `quote ${block.depth}` : block.kind;
    return `${kind}: ${lines.slice(block.from - 1, block.to).join('|')}`;
  });
}

function blocksOfHtml(html: string): readonly string[] {
  const { text, said } = textOfHtml(html);
  return blocksOf(text, said);
}

const ON = 'On Mon, Nov 16, 2026 at 9:00 AM, Nic Ferrier <nic@ferrier.example> wrote:';

test.each([
  ['paragraphs', 'One\ntwo\n\nThree', ['paragraph: One|two', 'paragraph: Three']],
  [
    'a list between paragraphs',
    'Try:\n- the cable\n- the fuse\n\nThen call.',
    ['paragraph: Try:', 'list: - the cable|- the fuse', 'paragraph: Then call.'],
  ],
  [
    'a list with numbers, and an item of two lines',
    '1. Open it\n   with care\n2) Close it',
    ['list: 1. Open it|   with care|2) Close it'],
  ],
  ['items apart from each other', '* a\n\n* b\n\nc', ['list: * a||* b', 'paragraph: c']],
  ['a list ends where it is not indented', '- a\nThanks', ['list: - a', 'paragraph: Thanks']],
  ['a dash in a sentence', 'It is - I think - broken', ['paragraph: It is - I think - broken']],
  ['a table by tabs', 'Part\tPrice\nFuse\t3', ['table: Part\tPrice|Fuse\t3']],
  ['a table by bars', '| a | b |\n|---|---|\n| 1 | 2 |', ['table: | a | b |||---|---||| 1 | 2 |']],
  ['one line with a tab is no table', 'Name:\tNic', ['paragraph: Name:\tNic']],
  [
    'the place of a picture',
    'See\n[cid:a@b.example]',
    ['paragraph: See', 'picture: [cid:a@b.example]'],
  ],
  [
    'quotes by their depth',
    '> a\n> > b\n>> c\n> d',
    ['quote 1: > a', 'quote 2: > > b|>> c', 'quote 1: > d'],
  ],
  [
    'an attribution',
    `Yes.\n\n${ON}\n> a`,
    ['paragraph: Yes.', `attribution: ${ON}`, 'quote 1: > a'],
  ],
  ['a quote with bars', `${ON}\n| a\n| b`, [`attribution: ${ON}`, 'quote 1: | a|| b']],
  [
    'a copied header',
    'Yes.\n\nFrom: Nic\nSent: Monday\nSubject: Fire\n\nIt burns.',
    ['paragraph: Yes.', 'header: From: Nic|Sent: Monday|Subject: Fire', 'paragraph: It burns.'],
  ],
  [
    'a divider above it',
    '-----Original Message-----\nFrom: Nic\nTo: Sue\nSubject: Fire\n\nIt burns.',
    ['header: -----Original Message-----|From: Nic|To: Sue|Subject: Fire', 'paragraph: It burns.'],
  ],
  [
    'a signature',
    'Yes.\n-- \nNic\n\nFerrier Ltd',
    ['paragraph: Yes.', 'signature: -- |Nic||Ferrier Ltd'],
  ],
  [
    'a signature ends at a quote',
    'Yes.\n-- \nNic\n> a',
    ['paragraph: Yes.', 'signature: -- |Nic', 'quote 1: > a'],
  ],
  ['what is between fences is no quote', '```\n> a\n```', ['paragraph: ```|> a|```']],
  ['nothing', '\n \n', []],
])('%s', (_, text, wanted) => {
  expect(blocksOf(text)).toEqual(wanted);
  expect(textOf(inBlocks(text))).toBe(text);
});

test.each([
  ['paragraphs', '<p>One</p><p>Two</p>', ['paragraph: One', 'paragraph: Two']],
  ['a list', '<p>Try:</p><ul><li>a<li>b</ul>', ['paragraph: Try:', 'list:  * a| * b']],
  ['a list within a list', '<ol><li>a<ul><li>b</ul><li>c</ol>', ['list:  1. a|    * b| 2. c']],
  [
    'the rows of a table',
    '<table><tr><th>Part</th><th>Price</th></tr><tr><td>Fuse</td><td>3</td></tr></table>',
    ['table: Part Price|Fuse 3'],
  ],
  [
    'the rows of a table of Outlook, which has each cell as a paragraph',
    '<table><tr><td><p class=MsoNormal><b>Part</b><o:p></o:p></p></td><td>\n<div><p>Price</p></div> </td></tr><tr><td><p>Fuse</p><p><o:p>&nbsp;</o:p></p></td><td><p>3</p></td></tr></table>',
    ['table: Part Price|Fuse 3'],
  ],
  [
    'a table that is there for the layout',
    '<table><tr><td><p>One</p><p>Two</p></td></tr><tr><td>Three</td></tr></table>',
    ['paragraph: One', 'paragraph: Two', 'paragraph: Three'],
  ],
  ['a picture', '<p>See</p><p><img alt="A chart"></p>', ['paragraph: See', 'picture: [A chart]']],
  [
    'brackets are no picture',
    '<p>See</p><p>[A chart]</p>',
    ['paragraph: See', 'paragraph: [A chart]'],
  ],
  [
    'a quote in a quote',
    '<blockquote>a<blockquote>b</blockquote></blockquote>',
    ['quote 1: > a|> ', 'quote 2: > > b'],
  ],
  [
    'the signature of a client',
    '<div>Yes.</div><div class="gmail_signature">Nic</div>',
    ['paragraph: Yes.', 'signature: -- |Nic'],
  ],
])('of HTML: %s', (_, html, wanted) => {
  expect(blocksOfHtml(html)).toEqual(wanted);
});

test('no text of HTML holds a mark of ours', () => {
  const { text } = textOfHtml(
    '<table><tr><td>a</td><td><img alt="b">\u{10FFFB}</td></tr></table>\u{10FFFA}&#x10FFFB;',
  );
  expect(text.trim()).toBe('a [b]');
});

/** Pieces of texts, in any order: whatever comes of them, no line is lost, and none is in two. */
const PIECES = [
  ...['', ' ', '> a', '>> b', ON, 'Hello', '-- ', '--', '________________', '- item', '  more'],
  ...['-----Original Message-----', 'From: Nic', 'Sent: Monday', 'Subject: Fire', '| bar', '```'],
  ...['a\tb', '[cid:x]', 'NF> a', 'Nic wrote:', 'x'.repeat(1200)],
];

test('each line with words is in one block, and the text is that of its lines', () => {
  for (let n = 0; n < 2000; n += 1) {
    const count = 1 + (n % 12);
    const text = Array.from(
      { length: count },
      (_, at) => PIECES[(n * 7919 + at * (n % 31) * 104_729 + at * at) % PIECES.length],
    ).join('\n');
    const { lines, blocks } = inBlocks(text);
    expect(textOf({ lines })).toBe(text);
    const covered = blocks.flatMap(({ from, to }) =>
      Array.from({ length: to - from + 1 }, (_, at) => from + at),
    );
    expect(covered).toEqual([...new Set(covered)].toSorted((a, b) => a - b));
    const filled = lines.flatMap(({ kind }, at) => (kind === 'blank' ? [] : [at + 1]));
    expect(filled.filter((line) => !covered.includes(line))).toEqual([]);
  }
});
