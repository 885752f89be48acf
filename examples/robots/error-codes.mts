#!/usr/bin/env node
/**
 * Answers mail that names an error code (E-1001), and notes on its ticket which one it was. Mail
 * without one is left to people.
 *
 * Node 22.18 and later runs this file as it is; for Node 20 compile it: `tsc --module nodenext error-codes.mts`.
 */
import { readFileSync } from 'node:fs';
import type { Order, RobotInput } from 'mailrobot/robot';

const KNOWN: ReadonlyMap<string, string> = new Map([
  ['E-1001', 'Your password has expired. Log in on the web once, and set a new one.'],
  ['E-2002', 'Your mailbox is full. Empty the folder Trash.'],
]);

// Our JSON, which the schema describes.
const { newText, ticket } = JSON.parse(readFileSync(0, 'utf8')) as RobotInput;
const codes = [...new Set(newText.match(/\bE-\d{4}\b/g) ?? [])].filter((code) => KNOWN.has(code));
const orders: Order[] = [];
if (codes.length > 0) {
  orders.push({
    type: 'reply',
    text: codes.map((code) => `${code}: ${KNOWN.get(code)}`).join('\n'),
  });
  if (ticket !== null) orders.push({ type: 'note', text: `Answered: ${codes.join(', ')}` });
}
process.stdout.write(orders.map((order) => `${JSON.stringify(order)}\n`).join(''));
