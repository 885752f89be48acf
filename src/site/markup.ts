/**
 * HTML that is put together of values: `html` escapes whatever is put into it, unless it is HTML
 * that was made here. What strangers wrote is inert first, as on a terminal. Pure.
 *
 *     html`<td>${ticket.subject}</td>`
 */
import { inert } from '../pages/inert.ts';

/** Only `html`, `rawHtml` and `joined` make it. */
export interface Html {
  readonly markup: string;
}

export type Inserted = string | number | Html | readonly Html[];

export function html(fixed: TemplateStringsArray, ...values: readonly Inserted[]): Html {
  return { markup: fixed.map((text, n) => text + markupOf(values[n] ?? '')).join('') };
}

/** For what is HTML already: nothing is escaped. */
export function rawHtml(markup: string): Html {
  return { markup };
}

export function joined(parts: readonly Html[], between = ''): Html {
  return { markup: parts.map(({ markup }) => markup).join(between) };
}

export const NOTHING: Html = { markup: '' };

function markupOf(value: Inserted): string {
  if (typeof value === 'string') return escaped(value);
  if (typeof value === 'number') return String(value);
  return 'markup' in value ? value.markup : joined(value).markup;
}

const ENTITIES: ReadonlyMap<string, string> = new Map([
  ...([
    ['&', '&amp;'],
    ['<', '&lt;'],
    ['>', '&gt;'],
    ['"', '&quot;'],
    ["'", '&#39;'],
  ] as const),
]);

function escaped(text: string): string {
  return inert(text).replace(/[&<>"']/g, (char) => ENTITIES.get(char) ?? '');
}
