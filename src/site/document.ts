/**
 * A page of HTML as it lies in the folder. It loads nothing, runs nothing, sends nothing: its
 * policy (CSP) allows its own style sheet, by its hash, and no more; no robot lists it, and no link
 * says where it was followed from. Pure.
 */
import { createHash } from 'node:crypto';
import { type Html, html, NOTHING, rawHtml } from './markup.ts';
import { STYLE } from './style.ts';

export interface Link {
  readonly text: string;
  /** Relative to the folder. */
  readonly path: string;
}

export interface Page {
  /** Of the window; the page's own heading is in `main`. */
  readonly title: string;
  /** `../` for each folder that the page lies in. */
  readonly up: '' | '../';
  readonly links: readonly Link[];
  /** Its own path, so that it is not a link to itself. */
  readonly path: string;
  readonly main: Html;
  readonly footer: string;
  /** What its style sheet has besides that of every page. */
  readonly style?: string;
}

export function documentOf({ title, up, links, path, main, footer, style = '' }: Page): string {
  const sheet = STYLE + style;
  const page = html`<!DOCTYPE html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta http-equiv="Content-Security-Policy" content="${policyOf(sheet)}">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta name="robots" content="noindex, nofollow">
<meta name="referrer" content="no-referrer">
<title>${title}</title>
<style>${rawHtml(sheet)}</style>
</head>
<body>
${links.length === 0 ? NOTHING : navigation(links, path, up)}<main>
${main}</main>
<footer><p>${footer}</p></footer>
</body>
</html>
`;
  return page.markup;
}

function policyOf(sheet: string): string {
  const hash = createHash('sha256').update(sheet).digest('base64');
  return `default-src 'none'; style-src 'sha256-${hash}'; base-uri 'none'; form-action 'none'`;
}

function navigation(links: readonly Link[], own: string, up: string): Html {
  const items = links.map(({ text, path }) =>
    path === own
      ? html`<li><a href="${up + path}" aria-current="page">${text}</a></li>`
      : html`<li><a href="${up + path}">${text}</a></li>`,
  );
  return html`<header><nav aria-label="Pages"><ul>${items}</ul></nav></header>
`;
}

/** `2026-11-20 08:30 UTC`: whoever reads it is anywhere. */
export function timeHtml(time: string): Html {
  return html`<time datetime="${time}">${utc(time)}</time>`;
}

export function utc(time: string): string {
  return `${time.slice(0, 10)} ${time.slice(11, 16)} UTC`;
}

export function dayHtml(time: string): Html {
  return html`<time datetime="${time}">${time.slice(0, 10)}</time>`;
}
