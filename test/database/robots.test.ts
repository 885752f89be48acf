/**
 * The runner of robots is stopped for longer than its lease, in the middle of a robot; another host
 * takes its place. When it goes on it begins nothing more, and every order is carried out once. What
 * the robot that was under way did outside may have been done twice (docs/postgresql.md).
 */
import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, onTestFinished, test, vi } from 'vitest';
import { type Cluster, postgresMissing, removeCluster } from '../kit/postgres.ts';
import {
  anotherHost,
  cli,
  DOMAIN,
  json,
  makeDeskCluster,
  makeDeskIn,
} from '../process/database-desk.ts';
import type { TestDesk } from '../process/desk.ts';

const LONG_MS = 90_000;

describe.skipIf(postgresMissing !== null)(
  `a runner that is stopped ${postgresMissing ?? ''}`,
  () => {
    let cluster: Cluster;
    beforeAll(async () => {
      cluster = await makeDeskCluster();
    });
    afterAll(() => removeCluster(cluster));

    test('begins nothing once another one has its place, and each order is carried out once', async () => {
      const { desk, database } = await makeDeskIn(cluster);
      const begun = join(desk.dir, 'begun');
      const goOn = join(desk.dir, 'go-on');
      const robot = join(desk.dir, 'hello');
      writeFileSync(
        robot,
        `#!/bin/sh
echo "$1 $MAILROBOT_FIRST_LINE" >>${begun}
while [ "$MAILROBOT_FIRST_LINE" = 1 ] && [ ! -e ${goOn} ]; do sleep 0.1; done
echo "You said: $MAILROBOT_FIRST_LINE"
`,
        { mode: 0o755 },
      );
      const here = (host: TestDesk, name: string) =>
        host.configure((config) => {
          const may = ['reply-unproven'];
          config['robots'] = [
            { name: 'hello', command: [robot, name], from: 'anybody', may, user: 'owner' },
          ];
        });
      here(desk, 'first');
      const other = anotherHost(desk);
      here(other, 'second');
      const lines = () => (existsSync(begun) ? readFileSync(begun, 'utf8').trim().split('\n') : []);

      expect(await give(desk, 1)).toMatchObject({ exit: 0, stdout: '' });
      await vi.waitFor(() => expect(lines()).toEqual(['first 1']), LONG_MS);
      const holder = cluster.psql(
        "SELECT split_part(holder, ' ', 2) FROM mailrobot.leases WHERE until > clock_timestamp() AND name LIKE '%robot%'",
        database,
      );
      const runner = Number(holder.trim());
      expect(readFileSync(`/proc/${runner}/cmdline`, 'utf8')).toContain('robot\0run');
      process.kill(runner, 'SIGSTOP');
      onTestFinished(() => {
        try {
          process.kill(runner, 'SIGKILL');
        } catch {
          // It has ended.
        }
      });

      for (const n of [2, 3]) expect(await give(other, n)).toMatchObject({ exit: 0, stdout: '' });
      writeFileSync(goOn, '');
      await vi.waitFor(
        async () => {
          await cli(other, 'robot', 'run', '--once');
          const rows = await json<readonly { readonly waiting: readonly unknown[] }[]>(
            other,
            'robot',
            'list',
          );
          expect(rows.flatMap(({ waiting }) => waiting)).toEqual([]);
        },
        { timeout: LONG_MS, interval: 1000 },
      );
      await other.settled();
      const before = lines();
      expect(before.toSorted()).toEqual(['first 1', 'second 1', 'second 2', 'second 3']);

      process.kill(runner, 'SIGCONT');
      expect(await give(other, 4)).toMatchObject({ exit: 0, stdout: '' });
      await desk.settled();
      await cli(other, 'robot', 'run', '--once');
      await other.settled();
      expect(lines()).toEqual([...before, 'second 4']);
      const said = [desk, other].flatMap((host) => host.sent()).map(({ content }) => content);
      for (const n of [1, 2, 3, 4]) {
        expect(
          said.filter((one) => one.includes(`You said: ${n}`)),
          String(n),
        ).toHaveLength(1);
      }
      expect(await cli(other, 'fsck')).toMatchObject({ exit: 0, stderr: '' });
    });
  },
);

function give(host: TestDesk, n: number) {
  return host.run(['run', 'hello'], {
    input: `From: nic${n}@ferrier.example\nTo: hello@${DOMAIN}\nSubject: go\nMessage-ID: <${n}@ferrier.example>\n\n${n}\n`,
    env: { SENDER: `nic${n}@ferrier.example`, RECIPIENT: `hello@${DOMAIN}` },
  });
}
