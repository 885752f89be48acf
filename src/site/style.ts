/**
 * The style sheet of every page: light and dark by what the reader's system says, one column from
 * 320 pixels on, and print. Short, since each page has it in itself: its policy knows it by its hash.
 */
export const STYLE = `:root{color-scheme:light dark;--bg:#fff;--fg:#1c1e21;--dim:#565b64;--line:#d3d7de;--soft:#f3f5f8;--link:#0b57a4;--warn:#8a3b00;--out:#0b6b3a}
@media(prefers-color-scheme:dark){:root{--bg:#16181c;--fg:#e7e9ec;--dim:#a7adb8;--line:#3a3f48;--soft:#20242a;--link:#8ab8f5;--warn:#f0a96b;--out:#7fcf9f}}
*{box-sizing:border-box}
body{margin:0 auto;max-width:62rem;padding:0 1rem 2rem;background:var(--bg);color:var(--fg);font:1rem/1.5 system-ui,sans-serif;overflow-wrap:anywhere}
h1{font-size:1.4rem;line-height:1.25;margin:1rem 0}
h2{font-size:1.15rem;margin:2rem 0 .5rem}
h3{font-size:1rem;margin:0}
article h2{margin:0 0 .5rem}
a{color:var(--link)}
a:focus-visible,summary:focus-visible,.wide:focus-visible{outline:2px solid var(--link);outline-offset:2px}
nav ul{list-style:none;display:flex;flex-wrap:wrap;gap:.25rem 1.25rem;margin:0;padding:.75rem 0;border-bottom:1px solid var(--line)}
nav a,main li a{display:inline-block;padding:.15rem 0}
[aria-current]{font-weight:600}
footer,.dim{color:var(--dim);font-size:.875rem}
footer{margin-top:2.5rem;border-top:1px solid var(--line);padding-top:.5rem}
.wide{overflow-x:auto}
table{border-collapse:collapse;width:100%}
caption{text-align:left;color:var(--dim);font-size:.875rem;padding:.25rem 0}
th,td{text-align:left;vertical-align:top;padding:.4rem .6rem .4rem 0;border-bottom:1px solid var(--line);font-weight:400}
thead th{color:var(--dim);font-size:.875rem}
td.n{text-align:right;font-variant-numeric:tabular-nums}
.id,time{white-space:nowrap;font-variant-numeric:tabular-nums}
dl{display:grid;grid-template-columns:max-content 1fr;gap:.15rem 1rem;margin:0}
dt{color:var(--dim)}
dd{margin:0}
article{border:1px solid var(--line);border-left:4px solid var(--link);border-radius:4px;padding:.6rem .8rem;margin:.8rem 0}
.out{border-left-color:var(--out)}
.note{border-left-color:var(--warn);background:var(--soft)}
.text{white-space:pre-wrap;margin:.6rem 0}
.warn{color:var(--warn);margin:.3rem 0}
summary{color:var(--link);cursor:pointer}
.html{margin:.6rem 0}
.html p,.html ul,.html ol,.html blockquote{margin:.4rem 0}
.html h4{font-size:1rem;margin:.6rem 0 .2rem}
.html pre{white-space:pre-wrap}
.html table{width:auto}
.html td,.html th{border:0;min-width:3.5rem;padding:.1rem .6rem .1rem 0}
.html blockquote{border-left:2px solid var(--line);padding-left:.6rem;color:var(--dim)}
details .text{border-left:2px solid var(--line);padding-left:.6rem;color:var(--dim)}
@media(min-width:36rem){.who{min-width:11rem}}
@media(max-width:36rem){.cards tr{display:block;padding:.4rem 0;border-bottom:1px solid var(--line)}.cards td{display:block;border:0;padding:0}.cards th{display:inline-block;border:0;padding:0 .75rem 0 0}dl{grid-template-columns:1fr}dd{margin-bottom:.3rem}}
@media print{:root{--bg:#fff;--fg:#000;--dim:#444;--line:#999;--soft:#fff;--link:#000;--warn:#000;--out:#000}nav{display:none}article{break-inside:auto}h2,h3{break-after:avoid}tr,figure{break-inside:avoid}article{box-decoration-break:clone;-webkit-box-decoration-break:clone}details.plain{display:none}details::details-content{content-visibility:visible;block-size:auto}}
`;
