import { expect, test } from 'vitest';
import {
  parseTicketId,
  parseTicketName,
  ticketMeant,
  ticketOfAddress,
} from '../../src/ticket/id.ts';

const PREFIXES = ['SUPPORT', 'BILLING'];

test.each([
  ['SUPPORT-7102', 'SUPPORT-7102'],
  ['support-7102', 'SUPPORT-7102'],
  ['7102', 'SUPPORT-7102'],
  ['billing-3', 'BILLING-3'],
  ['other-7102', null],
  ['SUPPORT-', null],
  ['SUPPORT-0', null],
  ['SUPPORT-007', null],
  ['SUPPORT-7102x', null],
  ['7102 ', null],
  ['', null],
  ['-7102', null],
  ['99999999999999999999', null],
])('the id %j is %j', (text, wanted) => {
  expect(parseTicketId(text, PREFIXES)).toBe(wanted);
});

test.each([
  ['SUPPORT-7102@support-ticket.example', 'SUPPORT-7102'],
  ['support-7102@SUPPORT-TICKET.EXAMPLE', 'SUPPORT-7102'],
  ['support-7102@elsewhere.example', null],
  ['7102@support-ticket.example', null],
  ['new@support-ticket.example', null],
  ['support-7102', null],
  ['"a@b"-1@support-ticket.example', null],
])('the address %j names %j', (address, wanted) => {
  expect(ticketOfAddress(address, 'support-ticket.example', PREFIXES)).toBe(wanted);
});

const NAMES = {
  prefixes: ['SALES', 'SUPPORT', 'BILLING'],
  sharing: ['SUPPORT', 'BILLING'],
} as const;

test.each<readonly [string, readonly string[] | null]>([
  ['support-7102', ['SUPPORT-7102']],
  // The first queue counts by itself, and comes first.
  ['7102', ['SALES-7102', 'SUPPORT-7102', 'BILLING-7102']],
  ['other-7102', null],
  ['7102x', null],
])('the name %j may mean %j', (text, wanted) => {
  expect(parseTicketName(text, NAMES)).toEqual(wanted);
});

test.each<readonly [string, readonly string[], string]>([
  ['the ticket of whichever queue has the number', ['BILLING-7102'], 'BILLING-7102'],
  ['of two that have it, the first', ['BILLING-7102', 'SALES-7102'], 'SALES-7102'],
  ['the first, if there is none', [], 'SALES-7102'],
])('a bare number means %s', (_, there, wanted) => {
  const named = parseTicketName('7102', NAMES);
  expect(named && ticketMeant(named, (id) => there.includes(id))).toBe(wanted);
});

test('a bare number is the first queue’s where the queues count apart', () => {
  expect(parseTicketName('7102', { ...NAMES, sharing: [] })).toEqual(['SALES-7102']);
});
