/** What of HTML is let through, as whoever gets it sees it. */
import { expect, test } from 'vitest';
import { sanitise, wordsOf } from '../../src/html/sanitise.ts';

function safe(html: string): string {
  return sanitise(html)?.html ?? 'too much';
}

test.each([
  ['paragraphs', '<p>One</p><p>Two<br>three</p>', '<p>One</p>\n<p>Two<br>\nthree</p>'],
  [
    'lists, also without an item around them',
    '<ul><li>a<li><p>b</p></ul><ol start="3" type="a" class=x><li>c<ul><li>d</ul></ol>',
    '<ul><li>a</li>\n<li><p>b</p>\n</li>\n</ul>\n<ol start="3" type="a"><li>c<ul><li>d</li>\n</ul>\n</li>\n</ol>',
  ],
  [
    'tables',
    '<table border=1 style="width:9999px"><caption>Prices</caption><tr><th colspan=2>A<tr><td>1<td></table>',
    '<div>Prices</div>\n<table border="1"><tbody><tr><th colspan="2">A</th>\n</tr>\n<tr><td>1</td>\n<td></td>\n</tr>\n</tbody>\n</table>',
  ],
  [
    'emphasis and code',
    '<b>b</b> <strong>s</strong> <i>i</i> <em>e</em> <u>u</u> <del>d</del> <sub>1</sub><sup>2</sup> <tt>c</tt>',
    '<b>b</b> <strong>s</strong> <i>i</i> <em>e</em> <u>u</u> <s>d</s> <sub>1</sub><sup>2</sup> <code>c</code>',
  ],
  [
    'emphasis that only a style says',
    '<span style="font-weight:700;font-style:italic">x</span><b style="font-weight:normal">y</b>',
    '<b><i>x</i></b>y',
  ],
  [
    'a link',
    '<a href="https://shop.example/a?b=1&amp;c=2" target=_blank onclick=x()>the shop</a>',
    '<a href="https://shop.example/a?b=1&amp;c=2">the shop</a>',
  ],
  [
    'a mail and a telephone',
    '<a href="mailto:nic@ferrier.example">nic@ferrier.example</a> <a href="tel:+4930123">030 123</a>',
    '<a href="mailto:nic@ferrier.example">nic@ferrier.example</a> <a href="tel:+4930123">030 123</a>',
  ],
  [
    'a picture of the mail',
    '<img src="cid:a@b.example" alt="The box" width=300 height="2px" style="x">',
    '<img src="cid:a@b.example" alt="The box" width="300">',
  ],
  ['code as it stands', '<pre>\n\n  a\n    b\n</pre>', '<pre>\n\n  a\n    b\n</pre>'],
  [
    'lines that only a style keeps',
    '<div style="white-space: pre-wrap">one\ntwo</div>',
    'one<br>\ntwo',
  ],
  ['blanks that are seen', 'a&nbsp;&nbsp;b   c', 'a&nbsp;&nbsp;b c'],
  ['the direction of a text', '<p dir="rtl">שלום</p>', '<p dir="rtl">שלום</p>'],
])('%s stay', (_, html, shown) => {
  expect(safe(html)).toBe(shown);
});

test('cells that reach down stay, but for a table in which another one may lie over them', () => {
  const row = '<tr><td rowspan="2">a</td><td>b</td></tr>';
  expect(safe(`<table>${row}<tr><td>c</td></tr></table>`)).toContain('<td rowspan="2">a</td>');
  const over = safe(`<table>${row}<tr><td colspan="2">c</td></tr></table>`);
  expect(over).toContain('<td colspan="2">c</td>');
  expect(over).not.toContain('rowspan');
  expect(safe(over)).toBe(over);
});

test.each([
  ['a script', '<script>alert(1)</script>a', 'a'],
  ['an attribute that runs', '<p onclick="alert(1)" style="x" class="y" id="z">a</p>', '<p>a</p>'],
  ['a link that runs', '<a href=" java\tscript:alert(1)">a</a>', 'a'],
  ['a link to data', '<a href="data:text/html,x">a</a>', 'a'],
  ['a link to nowhere', '<a href="/inside">a</a>', 'a'],
  ['a style', '<style>p{display:none}</style><p>a</p>', '<p>a</p>'],
  ['SVG and MathML with all in them', '<svg><text>x</text></svg><math><mi>y</mi></math>a', 'a'],
  [
    'a form, but for its words',
    '<form action=x>Name <input value=v><button>Go</button></form>',
    'Name Go',
  ],
  [
    'a remote picture, but for its words',
    '<img src="https://count.example/1.gif" alt="Logo">a',
    '[Logo]a',
  ],
  ['a picture that counts readers', '<img src="https://count.example/1.gif">a', 'a'],
  [
    'comments, also those of Outlook',
    '<!--x--><!--[if mso]>y<![endif]-->a<![if !mso]>b<![endif]>',
    'ab',
  ],
  ['what is within a template', '<template><p>x</p></template>a', 'a'],
  ['a frame', '<iframe src=x>y</iframe><object data=x>a</object>', 'a'],
  ['signs that turn the direction', 'a\u202Eb\u2066c', 'abc'],
])('%s is left out', (_, html, shown) => {
  expect(safe(html)).toBe(shown);
});

test.each([
  ['<p style="display:none">a</p>', '<p>a</p>'],
  ['<span style="font-size:0;color:#fff">a</span>', 'a'],
  ['<div hidden>a</div>', 'a'],
  ['<details><summary>a</summary>b</details>', '<div>a</div>\nb'],
])('words that a style or an attribute hid are seen: %s', (html, shown) => {
  expect(safe(html)).toBe(shown);
});

test.each([
  [
    '<a href="https://evil.example/x">https://bank.example</a>',
    'https://bank.example [https://evil.example/x]',
  ],
  [
    '<a href="https://evil.example/">www.bank.example/login</a>',
    'www.bank.example/login [https://evil.example/]',
  ],
  [
    '<a href="https://bank.example@evil.example/">bank.example</a>',
    'bank.example [https://bank.example@evil.example/]',
  ],
  [
    '<a href="mailto:eve@evil.example">nic@ferrier.example</a>',
    'nic@ferrier.example [mailto:eve@evil.example]',
  ],
  ['<a href="tel:+49900666">030 123</a>', '030 123 [tel:+49900666]'],
])('a link whose words are another address shows its target: %s', (html, shown) => {
  expect(safe(html)).toBe(`<a href="${/href="([^"]*)"/.exec(html)?.[1]}">${shown}</a>`);
});

test.each([
  '<a href="https://bank.example/">bank.example</a>',
  '<a href="https://www.bank.example/a">https://bank.example/a</a>',
  '<a href="https://bank.example/">our bank</a>',
])('and no other: %s', (html) => {
  expect(safe(html)).toBe(html);
});

test('every link shows its target where that is wanted', () => {
  const html = '<a href="https://shop.example/">the <b>shop</b></a>';
  const once = sanitise(html, { targets: 'all' })?.html ?? '';
  expect(once).toBe('<a href="https://shop.example/">the <b>shop [https://shop.example/]</b></a>');
  expect(sanitise(once, { targets: 'all' })?.html).toBe(once);
});

test('it says which pictures of the mail it shows', () => {
  expect(
    sanitise('<img src="cid:a@b"><p><img src="CID:c%40d"><img src="cid:a@b"></p>')?.pictures,
  ).toEqual([...['a@b', 'c@d']]);
});

test('its words are those that a reader reads, with targets, numbers and rows', () => {
  const html =
    '<p>Hello <a href="https://shop.example/">shop</a></p><ol><li>one<li>two</ol>' +
    '<table><tr><td>A<td><p>1</p><p>2</p></table><blockquote>q</blockquote><img src="cid:x" alt="Box">';
  expect(wordsOf({ html })).toBe(
    'Hello shop [https://shop.example/]\n\n1. one\n2. two\n\nA | 1 2\n\n> q\n\n[Box]',
  );
});
