import { expect, test } from 'vitest';
import { parseTicketId, ticketOfAddress } from '../../src/ticket/id.ts';

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
