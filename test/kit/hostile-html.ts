/**
 * HTML that is made to get something past whoever cleans it, at random: structures that a second
 * parse reads otherwise, what is never closed or closed twice, other namespaces, templates,
 * conditional comments, text hidden in every way, tables in tables, and great depth. The choices
 * repeat by their seed (random.ts).
 *
 * Its words are `w1x`, `w2x` and so on, each once, so that it can be asked where one has gone.
 */
import type { Choose } from './random.ts';

/** How deep what is random lies; what is meant to be deep is deeper. */
const MOST_DEPTH = 7;

export function hostileHtml(choose: Choose): string {
  let words = 0;
  const word = () => {
    words += 1;
    return `w${words}x`;
  };
  const several = (most: number, make: () => string): string =>
    Array.from({ length: choose.number(most + 1) }, make).join('');
  const attribute = (): string => {
    const [name, values] = choose(ATTRIBUTES);
    const value = choose(values);
    const quote = choose(['"', "'", '"', '']);
    return choose([` ${name}=${quote}${value}${quote}`, `/${name}=${quote}${value}${quote}`]);
  };
  const text = (): string =>
    choose([word(), `${choose(SIGNS)}${word()}${choose(SIGNS)}`, ` ${word()} `]);
  const element = (depth: number): string => {
    const name = choose(ELEMENTS);
    const begin = `<${choose([name, name, name.toUpperCase()])}${several(2, attribute)}${choose(['>', '>', '>', '/>', ' >'])}`;
    const inner = several(3, () => piece(depth + 1));
    const end = choose([
      `</${name}>`,
      `</${name}>`,
      `</${name}>`,
      '',
      `</${choose(ELEMENTS)}>`,
      `</${name} x>`,
    ]);
    return `${begin}${inner}${end}`;
  };
  const known = (depth: number): string =>
    choose(KNOWN)
      .replaceAll('WORD', word)
      .replaceAll('EVIL', () => choose(EVIL))
      .replaceAll('MORE', () => piece(depth + 1));
  const deep = (): string => {
    const name = choose(DEEP);
    const times = choose([20, 100, 600]);
    const ends = choose(['', name.replace(/<(\w+)[^>]*>/g, '</$1>')]);
    return `${name.repeat(times)}${word()}${ends.repeat(times)}`;
  };
  const piece = (depth: number): string => {
    if (depth > MOST_DEPTH) return text();
    const kind = choose.number(20);
    if (kind < 7) return text();
    if (kind < 13) return element(depth);
    if (kind < 18) return known(depth);
    if (kind < 19) return choose(STRAY);
    return depth < 2 && choose.number(4) === 0 ? deep() : choose(EVIL);
  };
  const whole = several(5, () => piece(0)) + piece(0);
  return choose([
    whole,
    whole,
    whole.slice(0, choose.number(whole.length + 1)),
    `<html><head><style>p{display:none}</style><title>${word()}</title></head><body${attribute()}>${whole}`,
    `\ufeff<!DOCTYPE html PUBLIC "-//W3C//DTD HTML 4.01//EN">${whole}</body></html>${piece(0)}`,
  ]);
}

/** Those of its words that a text has, in their order. */
export function wordsIn(text: string): string {
  return (text.toLowerCase().match(/w\d+x/g) ?? []).join(' ');
}

const EVIL = [
  '<script>alert(1)</script>',
  '<img src=x onerror=alert(1)>',
  '<img src="https://elsewhere.example/pixel.png">',
  '<svg onload=alert(1)>',
  '<a href="javascript:alert(1)">click</a>',
  '<iframe src="https://elsewhere.example/"></iframe>',
  '<iframe srcdoc="<script>alert(1)</script>"></iframe>',
  '<link rel=stylesheet href="https://elsewhere.example/x.css">',
  '<style>@import "https://elsewhere.example/x.css"; *{display:none}</style>',
  '<meta http-equiv=refresh content="0;url=https://elsewhere.example/">',
  '<base href="https://elsewhere.example/">',
  '<object data="https://elsewhere.example/x"></object>',
  '<embed src="https://elsewhere.example/x">',
  '<video poster="https://elsewhere.example/x" autoplay><source src="https://elsewhere.example/y">',
  '<form action="https://elsewhere.example/"><input name=x autofocus onfocus=alert(1)><button>b</button>',
  '<body onload=alert(1) background="https://elsewhere.example/x">',
  '<p style="position:fixed;inset:0;background:#fff">over all</p>',
  '<details open ontoggle=alert(1)>',
  '<input type=image src="https://elsewhere.example/x">',
  '<picture><source srcset="https://elsewhere.example/x"><img alt="[a]"></picture>',
];

/** Known ways: what is read once as an attribute or as text, and as elements when read again. */
const KNOWN = [
  '<math><mtext><table><mglyph><style><!--</style><img title="--&gt;EVIL">WORD',
  '<form><math><mtext></form><form><mglyph><style></math>EVIL',
  '<svg></p><style><a id="</style>EVIL">WORD',
  '<svg><style><a title="</style>EVIL"></svg>WORD',
  '<math><mi><table><mi><style><a title="</style>EVIL">WORD</a></style>',
  '<math><annotation-xml encoding="text/html"><p>WORD<style>EVIL</style></annotation-xml></math>',
  '<math><annotation-xml><foreignObject><p>WORD MORE</annotation-xml></math>',
  '<svg><desc><p>WORD</desc><foreignObject><p>WORDMORE</foreignObject></svg>',
  '<svg><title><![CDATA[</title>EVIL]]></svg>WORD',
  '<svg><![CDATA[><p>EVIL]]>WORD</svg>',
  '<noscript><p title="</noscript>EVIL">WORD</p></noscript>',
  '<noscript><!-- </noscript>EVIL -->',
  '<noembed><p title="</noembed>EVIL">WORD',
  '<noframes><p title="</noframes>EVIL">WORD',
  '<xmp><p title="</xmp>EVIL">WORD</xmp>',
  '<textarea><p title="</textarea>EVIL">WORD</textarea>',
  '<title><p title="</title>EVIL">WORD',
  '<style><p title="</style>EVIL">WORD',
  '<iframe><p title="</iframe>EVIL">WORD',
  '<template>WORD<p>EVIL</template>',
  '<template><template shadowrootmode=open>WORD</template><slot></slot>',
  '<div><template shadowrootmode="open">WORD EVIL</template>WORD</div>',
  '<select><option>WORD<p>EVIL</select>WORD',
  '<select><template><style><!--</select>EVIL-->',
  '<table>WORD<tr>WORD<td>WORDMORE</table>WORD',
  '<table><tr><td><table><tr><td>WORDMORE</td>WORD</table>WORD<p>MORE</table>',
  '<table><caption><svg><title><style>EVIL</style></caption>WORD</table>',
  '<table><td>WORD<td rowspan=999>WORD<tr><td colspan=999>WORDMORE</table>',
  '<a href="https://one.example/">WORD<a href="https://two.example/">WORD<table><a href=x>MORE',
  '<p>WORD<div>WORD</p>WORD</div>',
  '<b><p>WORD<i>WORD</b>WORD</p></i>MORE',
  '<b><b><b><b><p>WORD</b></b></b></b>MORE',
  '<ul><li>WORD<ul><li>WORD<ol>WORD<li>MORE</ul>WORD',
  '<dl><dt>WORD<dd>WORD<dt>MORE</dl>',
  '<h1>WORD<h2>WORD</h1>MORE</h2>',
  '<button><p>WORD<button>WORD</p></button>',
  '<nobr>WORD<nobr>WORD<p>MORE</nobr>',
  '<pre>\n\nWORD\n  WORD</pre><listing>\nWORD</listing>',
  '<plaintext>WORDEVIL',
  '<frameset><frame src="https://elsewhere.example/">',
  '<!--WORD-->',
  '<!--[if mso]>WORDEVIL<![endif]-->',
  '<!--[if !mso]><!-->WORD<!--<![endif]-->',
  '<![if !mso]>WORD<![endif]>',
  '<!-->EVIL-->',
  '<!--->EVIL-->',
  '<!-- --!>EVIL-->',
  '<!--WORD--!>WORD',
  '<!WORD>',
  '<?xml version="1.0"?>WORD<?WORD ?>',
  '</ WORD>',
  '<p style="display:none">WORD</p>',
  '<p style="font-size:0;color:#fff;line-height:0">WORD</p>',
  '<p style="visibility:hidden">WORD<span style="visibility:visible">WORD</span></p>',
  '<p style="position:absolute;left:-9999px">WORD</p>',
  '<div style="height:0;overflow:hidden">WORD</div>',
  '<font color="#ffffff" size="1">WORD</font>',
  '<p hidden>WORD</p>',
  '<p hidden="until-found">WORD</p>',
  '<div popover>WORD</div>',
  '<details>WORD<summary>WORD</summary>MORE</details>',
  '<dialog>WORD</dialog>',
  '<object>WORD<param name=x>MORE</object>',
  '<audio>WORD</audio><canvas>WORD</canvas>',
  '<ruby>WORD<rp>(</rp><rt>WORD</rt></ruby>',
  '<p dir=rtl>WORD<bdo dir=rtl>WORD</bdo></p>',
  '<a href="https://elsewhere.example/">https://bank.example/WORD</a>',
  '<a href="https://elsewhere.example/" title="WORD"></a>',
  '<img alt="WORD" src="cid:a@b.example" width=1 height=1>',
  '<img alt="WORD EVIL" src="https://elsewhere.example/x.png">',
  "<img alt='\">EVIL' src=cid:b@c.example>",
  '<map name=m><area href="javascript:alert(1)" alt=WORD></map>',
  '<marquee>WORD</marquee><blink>WORD</blink>',
  '<o:p>WORD</o:p><v:shape>WORD</v:shape><st1:place>WORD</st1:place>',
  '<x-custom is=y>WORD</x-custom>',
  '<meta charset=utf-7>+ADw-script+AD4-alert(1)+ADw-/script+AD4-WORD',
  '\u001b$B<img src=x onerror=alert(1)>\u001b(BWORD',
  '&lt;script&gt;WORD&lt;/script&gt;&#60;img src=x onerror=alert(1)&#62;',
];

const SIGNS = [
  ...['&nbsp;', '&lt;', '&amp;', '&amp;lt;', '&#0;', '&#x1f600;', '&#xd800;', '&notit;', '&'],
  ...['\0', '\u202e', '\u2066', '\u200b', '\u00ad', '\ufeff', '\ufffd', '\u{e0041}', '\u3000'],
  ...['\n', '\r\n', '\t', '\f', '\u2028', '<', '>', '"', "'", '`', '=', ']]>', '-->', '--', ' '],
];

const STRAY = [
  ...['</p>', '</br>', '</div>', '</table>', '</td>', '</body>', '</html>', '</form>', '</svg>'],
  ...['</math>', '</template>', '</select>', '</a>', '</b>', '</script>', '</style>', '</sarcasm>'],
  ...[
    '<',
    '</',
    '<!',
    '<!-',
    '<a b="',
    "<a b='",
    '<p/',
    '<p <b>',
    '<a<b>',
    '<p title="x"y>',
    '<=x>',
  ],
];

const ELEMENTS = [
  ...['p', 'div', 'span', 'br', 'hr', 'blockquote', 'pre', 'code', 'b', 'strong', 'i', 'em', 'u'],
  ...['s', 'sub', 'sup', 'h1', 'h3', 'h6', 'ul', 'ol', 'li', 'dl', 'dt', 'dd', 'table', 'thead'],
  ...[
    'tbody',
    'tfoot',
    'tr',
    'td',
    'th',
    'caption',
    'colgroup',
    'col',
    'a',
    'img',
    'font',
    'center',
  ],
  ...['svg', 'math', 'mtext', 'mglyph', 'mi', 'annotation-xml', 'foreignObject', 'desc', 'title'],
  ...['style', 'script', 'template', 'noscript', 'select', 'option', 'textarea', 'button', 'form'],
  ...['input', 'label', 'fieldset', 'legend', 'details', 'summary', 'dialog', 'iframe', 'object'],
  ...['embed', 'video', 'canvas', 'nobr', 'marquee', 'xmp', 'listing', 'ruby', 'rt', 'rp', 'slot'],
  ...['head', 'body', 'html', 'frameset', 'image', 'menuitem', 'keygen', 'applet', 'bdo', 'wbr'],
];

const DEEP = [
  ...['<div>', '<b>', '<font>', '<blockquote>', '<table><tr><td>', '<ul><li>', '<svg>', '<math>'],
  ...['<a href="https://x.example/">', '<p><b>', '<span><p>', '<template>', '<select>', '<nobr>'],
];

const ATTRIBUTES: readonly (readonly [string, readonly string[]])[] = [
  ['onclick', ['alert(1)']],
  ['onmouseover', ['alert(1)']],
  [
    'href',
    [
      ...['javascript:alert(1)', ' java\tscript:alert(1)', 'JaVaScRiPt&colon;alert(1)'],
      ...['&#106;avascript:alert(1)', 'data:text/html,<script>alert(1)</script>', 'vbscript:x'],
      ...[
        'https://elsewhere.example/',
        '//elsewhere.example/',
        'mailto:a@b.example?bcc=c@d.example',
      ],
      ...['https://a.example/%22onclick=alert(1)', 'https://user:pass@a.example/', 'tel:+1', '#x'],
      ...['https://bank.example@elsewhere.example/', 'https://xn--80ak6aa92e.example/', 'cid:x'],
    ],
  ],
  ['src', ['x', 'https://elsewhere.example/x', 'cid:a@b.example', 'data:image/svg+xml,<svg>', '']],
  ['srcset', ['https://elsewhere.example/x 2x']],
  ['background', ['https://elsewhere.example/x']],
  ['xlink:href', ['javascript:alert(1)', 'https://elsewhere.example/x#y']],
  ['formaction', ['javascript:alert(1)']],
  ['ping', ['https://elsewhere.example/']],
  ['srcdoc', ['<script>alert(1)</script>']],
  [
    'style',
    [
      ...['display:none', 'visibility:hidden', 'font-size:0', 'opacity:0', 'color:transparent'],
      ...['color:#fff;background:#fff', 'text-indent:-9999px', 'max-height:0;overflow:hidden'],
      ...['background:url(https://elsewhere.example/x)', 'width:expression(alert(1))'],
      ...['position:fixed;top:0;left:0;width:100%;height:100%;z-index:9', 'transform:scale(0)'],
      ...['clip-path:inset(50%)', 'mso-hide:all', 'behavior:url(x)', 'white-space:pre'],
    ],
  ],
  ['hidden', ['', 'until-found']],
  ['class', ['x', 'MsoNormal gmail_quote']],
  ['id', ['location', 'x', 'document']],
  ['name', ['attributes', 'getElementById']],
  ['title', ['</p><script>alert(1)</script>', '--><img src=x onerror=alert(1)>']],
  ['dir', ['rtl', 'auto']],
  ['colspan', ['1000', '-1', '2']],
  ['rowspan', ['65534', '0', '2']],
  ['width', ['1', '100%', '99999', '0']],
  ['height', ['1', '0']],
  ['alt', ['"><script>alert(1)</script>', 'a picture']],
  ['start', ['-5', '99999999999', '3']],
  ['type', ['hidden', 'image', 'a']],
  ['tabindex', ['1']],
  ['contenteditable', ['']],
  ['autofocus', ['']],
  ['is', ['x-y']],
  ['slot', ['x']],
  ['http-equiv', ['refresh']],
  ['content', ['0;url=https://elsewhere.example/']],
  ['charset', ['utf-7', 'iso-2022-jp']],
  ['encoding', ['text/html']],
  ['shadowrootmode', ['open']],
  ['x"onclick', ['alert(1)']],
  ['xmlns', ['http://www.w3.org/1999/xhtml']],
];
