import { describe, expect, test } from 'vitest';
import { authorOf, trustedSourceOf } from '../../src/decision/trusted-sources.ts';
import { headerFields } from '../../src/reading/header.ts';

const CONFIG = { forms: ['www@support-ticket.example'], groups: ['support.groups.example'] };
const NIC = { name: 'Nic', address: 'nic@ferrier.example' };
const EVE = { name: '', address: 'eve@x.example' };
const door = (header: string, from = NIC) =>
  trustedSourceOf({ fields: headerFields(Buffer.from(header)), from, replyTo: [EVE] }, CONFIG);

test('a form is known by its From alone, and its Reply-To is the requester', () => {
  const form = { name: 'Form', address: 'WWW@support-ticket.example' };
  expect(door('', form)).toEqual({
    kind: 'form',
    name: CONFIG.forms[0],
    speaksFor: { person: EVE },
  });
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

describe('a group that puts itself into From', () => {
  const GROUP = 'support@groups.example';
  const author = (name: string, header = '', replyTo: readonly (typeof NIC)[] = []) =>
    authorOf(
      {
        fields: headerFields(Buffer.from(`List-Id: <support.groups.example>\n${header}`)),
        from: { name, address: GROUP },
        replyTo,
      },
      CONFIG,
    );
  const AT = NIC.address;

  test.each([
    ["'Nic Ferrier' via Support", 'Nic Ferrier'],
    ['Nic Ferrier via Support', 'Nic Ferrier'],
    ['"Nic Ferrier" via Support', 'Nic Ferrier'],
    [`'${AT}' via Support`, ''],
    ['Support', 'Support'],
  ])('%s: the person is named in X-Original-From', (name, wanted) => {
    const header = `X-Original-From: <${AT}>\n`;
    expect(author(name, header, [EVE])).toEqual({ name: wanted, address: AT });
  });

  test.each([
    ['of its Reply-To', 'Nic via Support', '', [NIC]],
    [
      'of its Reply-To beside the group',
      'Nic via Support',
      '',
      [{ name: '', address: GROUP }, NIC],
    ],
    [
      'of its Reply-To, if that field is twice',
      'x',
      `X-Original-From: ${EVE.address}\nX-Original-From: ${EVE.address}\n`,
      [NIC],
    ],
    ['of its Reply-To, if that field names the group', 'x', `X-Original-From: ${GROUP}\n`, [NIC]],
    [
      'of its Reply-To, if that field names nobody plainly',
      'x',
      `X-Original-From: <@a.example:${EVE.address}>\n`,
      [NIC],
    ],
    ['in its name', `'${AT}' via Support`, '', []],
    [
      'in its name, if it is answered at the group',
      `${AT} via Support`,
      '',
      [{ name: '', address: GROUP }],
    ],
    ['in its name, if two are answered', `${AT} via Support`, '', [NIC, EVE]],
  ])('is that %s', (_, name, header, replyTo) => {
    expect(author(name, header, replyTo)?.address).toBe(AT);
  });

  test.each([
    ['nothing', 'Nic via Support', '', []],
    ['the group', 'Nic via Support', '', [{ name: '', address: GROUP.toUpperCase() }]],
    ['the group in its name', `${GROUP}`, '', []],
    ['two', 'Nic via Support', '', [NIC, EVE]],
    ['two in its name', `${AT}, ${EVE.address} via Support`, '', []],
    ['a route', 'Nic via Support', 'X-Original-From: victim%bank.example@x.example\n', []],
  ])('is nobody if it names %s', (_, name, header, replyTo) => {
    expect(author(name, header, replyTo)).toBeNull();
  });

  test('a From of a person is theirs, whatever the other fields say', () => {
    const fields = headerFields(
      Buffer.from(`List-Id: <support.groups.example>\nX-Original-From: ${EVE.address}\n`),
    );
    expect(authorOf({ fields, from: NIC, replyTo: [EVE] }, CONFIG)).toEqual(NIC);
  });

  test('without its List-Id, it is the sender', () => {
    const from = { name: 'Nic via Support', address: GROUP };
    expect(authorOf({ fields: [], from, replyTo: [NIC] }, CONFIG)).toEqual(from);
  });
});
