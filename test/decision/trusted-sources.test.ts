import { expect, test } from 'vitest';
import { trustedSourceOf } from '../../src/decision/trusted-sources.ts';
import { headerFields } from '../../src/reading/header.ts';

const CONFIG = { forms: ['www@support-ticket.example'], groups: ['support.groups.example'] };
const NIC = { name: 'Nic', address: 'nic@ferrier.example' };
const EVE = { name: '', address: 'eve@x.example' };
const door = (header: string, from = NIC) =>
  trustedSourceOf({ fields: headerFields(Buffer.from(header)), from, replyTo: EVE }, CONFIG);

test('a form is known by its From alone, and its Reply-To is the requester', () => {
  const form = { name: 'Form', address: 'WWW@support-ticket.example' };
  expect(door('', form)).toEqual({ kind: 'form', name: CONFIG.forms[0], requester: EVE });
  expect(door('Sender: www@support-ticket.example')).toBeNull();
});

test.each([
  ['List-Id: <support.groups.example>', true],
  ['List-Id: Support <SUPPORT.groups.example> ', true],
  ['List-Id: support.groups.example', true],
  ['List-Id: <support.groups.example> <other.example>', false],
  ['List-Id: <xsupport.groups.example>', false],
  ['List-Post: <mailto:support@groups.example>', false],
])('%s: a group %s', (header, isGroup) => {
  expect(door(header)?.kind).toBe(isGroup ? 'group' : undefined);
});
