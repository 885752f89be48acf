/** Root works in the store of another user, who may have put anything there. */
import { spawnSync } from 'node:child_process';
import {
  chmodSync,
  cpSync,
  mkdirSync,
  readFileSync,
  rmSync,
  statSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { filesBelow, makeDesk, runProgram, type TestDesk } from '../process/desk.ts';

const isRoot = process.geteuid?.() === 0;
let desk: TestDesk;
beforeEach(async () => {
  desk = await makeDesk();
});
afterEach(async () => {
  await desk.settled();
  desk.remove();
});

test.skipIf(!isRoot)(
  'a link in the place of any file or folder of the store leads root to nothing of its own (needs root)',
  async () => {
    chmodSync(desk.dir, 0o755);
    const dir = join(desk.dir, 'theirs');
    const store = join(dir, 'store');
    const domain = ['--domain', 'support-ticket.example'];
    await runProgram(['init', '--dir', dir, ...domain, '--user', 'nobody']);
    const input = 'From: a@x.example\nSubject: x\n\nx\n';
    const config = ['--config', join(dir, 'config.json')];
    await runProgram(['new', ...config], { input });
    const whole = `${store}.whole`;
    cpSync(store, whole, { recursive: true });
    const target = join(desk.dir, 'roots');
    const isTouched = () =>
      filesBelow(target).length !== 1 || readFileSync(kept, 'utf8') !== 'kept';
    const kept = join(target, 'ticket.json');
    const touched: string[] = [];
    // Files in folders of derived ones are all alike.
    const places = filesBelow(whole).filter((name) => !/^(index|waiting|open)\/./.test(name));
    expect(places.length).toBeGreaterThan(20);
    for (const name of places) {
      rmSync(target, { recursive: true, force: true });
      mkdirSync(target, { mode: 0o700 });
      writeFileSync(kept, 'kept', { mode: 0o600 });
      rmSync(store, { recursive: true });
      spawnSync('cp', ['-a', whole, store]);
      const place = join(store, name);
      const isFolder = statSync(place).isDirectory();
      rmSync(place, { recursive: true });
      symlinkSync(isFolder ? target : kept, place);
      spawnSync('chown', ['-R', '--no-dereference', 'nobody', store]);
      const commands = [['ticket', 'close', '7102'], ['rebuild']];
      for (const args of commands) await runProgram([...args, ...config]);
      await runProgram(['new', ...config], { input: `${input}${name}` });
      if (isTouched()) touched.push(name);
    }
    expect(touched).toEqual([]);
  },
);
