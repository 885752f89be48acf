import { expect, test } from 'vitest';
import { type Environment, readEnvelope } from '../../src/decision/envelope.ts';

const NEW = 'new@support-ticket.example';
const ENVIRONMENT = { SENDER: 'o_brien@ferrier.example', RECIPIENT: NEW, ORIGINAL_RECIPIENT: NEW };
const FROM = "From o'brien@ferrier.example  Fri Jan  2 08:25:44 2026";
const read = (header: string, environment: Environment = ENVIRONMENT, from: string | null = FROM) =>
  readEnvelope(from, Buffer.from(header), environment);
const run = (sender: string) =>
  `Return-Path: <${sender}>\nX-Original-To: ${NEW}\nDelivered-To: ${NEW}\n`;

test.each<readonly [string, string, string]>([
  ['the header where it agrees', run("o'brien@ferrier.example"), "o'brien@ferrier.example"],
  [
    'the environment where the header says another',
    run('eve@x.example'),
    'o_brien@ferrier.example',
  ],
  ['the environment where there is no header', 'Subject: x\n', 'o_brien@ferrier.example'],
  [
    'the environment below another field',
    `Subject: x\n${run("o'brien@ferrier.example")}`,
    'o_brien@ferrier.example',
  ],
  [
    'the environment where a field stands twice',
    `Return-Path: <o'brien@ferrier.example>\n${run('o(brien@ferrier.example')}`,
    'o_brien@ferrier.example',
  ],
])('the sender is %s', (_, header, wanted) => {
  expect(read(header).sender).toBe(wanted);
});

test('UTF-8 is censored octet by octet', () => {
  const environment = { ...ENVIRONMENT, SENDER: 'zo__@ferrier.example' };
  expect(read(run('zoë@ferrier.example'), environment).sender).toBe('zoë@ferrier.example');
});

test('info: new: the recipient is the environment’s, the written one its own', () => {
  const header =
    'X-Original-To: info@support-ticket.example\nDelivered-To: info@support-ticket.example\n';
  const environment = { ...ENVIRONMENT, ORIGINAL_RECIPIENT: 'info@support-ticket.example' };
  expect(read(header, environment).recipients).toEqual([NEW, 'info@support-ticket.example']);
});

test('the null sender: the environment decides, a Return-Path does not overrule it', () => {
  const environment = { ...ENVIRONMENT, SENDER: '' };
  expect(read(run(''), environment).sender).toBe('');
  expect(read('Subject: x\n', environment).sender).toBe('');
  expect(read(run(''), ENVIRONMENT, null).sender).toBe('o_brien@ferrier.example');
});

test('by hand: the From line speaks, else a null Return-Path, else nobody', () => {
  expect(read(run(''), {}, null).sender).toBe('');
  expect(read(run('nic@ferrier.example'), {}, null).sender).toBeNull();
  expect(read('Subject: x\n', {}, 'From nic@ferrier.example  Fri Jan  2 2026').sender).toBe(
    'nic@ferrier.example',
  );
  expect(read('Subject: x\n', {}, 'From MAILER-DAEMON Fri Jan  2 2026').sender).toBe('');
  expect(read('Subject: x\n', {}, null)).toMatchObject({ sender: null, recipients: [] });
});
