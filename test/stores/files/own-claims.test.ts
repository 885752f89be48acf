/** Claims that a process holds itself: files that are locked once, for one mail after the other. */
import { spawn, spawnSync } from 'node:child_process';
import { once } from 'node:events';
import {
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  statSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { isHeld } from '../../../src/stores/disk/lock.ts';
import { OwnClaims } from '../../../src/stores/files/own-claims.ts';

let root: string;
let own: OwnClaims;
beforeEach(() => {
  root = mkdtempSync(join(tmpdir(), 'mailrobot-claims-'));
  for (const folder of ['incoming', 'outbox']) mkdirSync(join(root, folder));
  own = new OwnClaims(join(root, 'incoming'));
});
afterEach(() => rmSync(root, { recursive: true }));

const claim = (name: string) => join(root, 'outbox', `${name}.claim`);
const names = () => readdirSync(join(root, 'incoming'));

test('a claim says what it is made with, and is locked', () => {
  expect(own.take(claim('1.0'), 'begun\n')).not.toBeNull();
  expect(readFileSync(claim('1.0'), 'utf8')).toBe('begun\n');
  expect(isHeld(claim('1.0'))).toBe(true);
  expect(spawnSync('flock', ['-n', claim('1.0'), 'true']).status).toBe(1);
});

test('one that is there stays as it is', () => {
  writeFileSync(claim('1.0'), "somebody's\n");
  expect(own.take(claim('1.0'), 'begun\n')).toBeNull();
  expect(readFileSync(claim('1.0'), 'utf8')).toBe("somebody's\n");
  expect(own.take(claim('2.0'), 'begun\n')).not.toBeNull();
  expect(own.take(claim('2.0'), 'again\n')).toBeNull();
  expect(readFileSync(claim('2.0'), 'utf8')).toBe('begun\n');
});

test('one that nobody has begun is taken, unless somebody is about to', async () => {
  writeFileSync(claim('1.0'), '');
  expect(own.take(claim('1.0'), 'begun\n')).not.toBeNull();
  expect(readFileSync(claim('1.0'), 'utf8')).toBe('begun\n');
  expect(isHeld(claim('1.0'))).toBe(true);
  writeFileSync(claim('2.0'), '');
  // As the shell of a pipe does right before it begins.
  const locked = `exec 3>>"$0"; flock -n 3; echo locked; read line`;
  const shell = spawn('sh', ['-c', locked, claim('2.0')]);
  await once(shell.stdout, 'data');
  expect(own.take(claim('2.0'), 'begun\n')).toBeNull();
  expect(readFileSync(claim('2.0'), 'utf8')).toBe('');
  shell.stdin.end();
  await once(shell, 'exit');
});

test('one file is enough for mails one after the other, and two for two at once', () => {
  for (let n = 1; n <= 5; n += 1) {
    expect(own.take(claim(`${n}.0`), `mail ${n}\n`)).not.toBeNull();
    expect(readFileSync(claim(`${n}.0`), 'utf8')).toBe(`mail ${n}\n`);
    rmSync(claim(`${n}.0`));
  }
  expect(names()).toHaveLength(1);
  own.take(claim('6.0'), 'six\n');
  own.take(claim('7.0'), 'seven\n');
  expect(names()).toHaveLength(2);
  expect(readFileSync(claim('6.0'), 'utf8')).toBe('six\n');
});

test('one whose own name was swept is never used for two mails', () => {
  own.take(claim('1.0'), 'one\n');
  for (const name of names()) rmSync(join(root, 'incoming', name));
  own.take(claim('2.0'), 'two\n');
  expect(readFileSync(claim('1.0'), 'utf8')).toBe('one\n');
  expect(statSync(claim('1.0')).ino).not.toBe(statSync(claim('2.0')).ino);
  rmSync(claim('2.0'));
  for (const name of names()) rmSync(join(root, 'incoming', name));
  own.take(claim('3.0'), 'three\n');
  expect(readFileSync(claim('3.0'), 'utf8')).toBe('three\n');
  expect(isHeld(claim('3.0'))).toBe(true);
});
