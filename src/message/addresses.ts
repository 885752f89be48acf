/**
 * Mailboxes out of an address field as mailparser reads it (RFC 5322 3.4):
 * groups flattened, names on one line, entries without an address left out,
 * at most `limit`. Internationalised domains in Unicode (RFC 5890), so that
 * both ways to write one are one. Pure.
 */
import { domainToUnicode } from 'node:url';
import type { Mailbox } from '../ticket/ticket.ts';

interface Entry {
  readonly name?: string;
  readonly address?: string;
  readonly group?: readonly Entry[];
}

export function mailboxes(field: unknown, limit: number): readonly Mailbox[] {
  const found: Mailbox[] = [];
  collect(Array.isArray(field) ? field : field ? [field] : [], limit, found);
  return found;
}

/** Groups do not nest (RFC 5322 3.4), those of a hostile mail do: no recursion deeper than two. */
function collect(fields: readonly unknown[], limit: number, found: Mailbox[]): void {
  for (const field of fields) {
    for (const entry of entriesOf(field)) {
      for (const { name, address } of entry.group ?? [entry]) {
        if (found.length >= limit) return;
        if (address)
          found.push({ name: oneLine(name ?? ''), address: inUnicode(oneLine(address)) });
      }
    }
  }
}

function entriesOf(field: unknown): readonly Entry[] {
  const isParsed = typeof field === 'object' && field !== null && 'value' in field;
  // mailparser makes an object whose `value` is a list of entries of every address field.
  return isParsed && Array.isArray(field.value) ? (field.value as Entry[]) : [];
}

/** `Name <local@domain>` or `local@domain` as it stands, with nothing decoded (RFC 5322 3.4). */
export function mailboxOf(value: string): Mailbox | null {
  const text = oneLine(value.slice(0, 998));
  const open = text.lastIndexOf('<');
  const name = open < 0 ? '' : text.slice(0, open).replaceAll('"', '').trim();
  const address = text
    .slice(open + 1)
    .replace(/>.*$/, '')
    .trim();
  return /^[^\s@]+@[^\s@]+$/.test(address) ? { name, address: inUnicode(address) } : null;
}

/** The domain of an address in Unicode; an address that has none that can be one stays as it is. */
export function inUnicode(address: string): string {
  const at = address.lastIndexOf('@') + 1;
  const domain = address.slice(at);
  if (at === 0 || !/xn--|\P{ASCII}/iu.test(domain)) return address;
  return address.slice(0, at) + (domainToUnicode(domain) || domain);
}

/** Header text has one line, whatever an encoded word decodes to. */
export function oneLine(text: string): string {
  return text.replace(/[\p{Cc}\p{Zl}\p{Zp}]+/gu, ' ').trim();
}
