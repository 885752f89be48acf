/**
 * What a delivery needs for a mail of `mailrobot doctor --roundtrip`: the store's notes, and
 * sendmail.
 */
import { type Config, folderOf } from '../config/config.ts';
import type { Trials } from '../intake/delivery-context.ts';
import { runProgram } from '../runtime/programs.ts';
import { isAwaited, noteTrial } from '../stores/files/trials.ts';
import type { Run } from './run.ts';

const SENDMAIL_MS = 30_000;

export function trialsOf({ store, sendmail }: Config, { environment }: Run): Trials {
  const folder = folderOf(store);
  return {
    isAwaited: (token) => isAwaited(folder, token),
    note: (token, step, found) => noteTrial(folder, token, step, found),
    send: async ({ recipient, octets }) => {
      const given = Object.entries(environment).flatMap(([name, value]) =>
        value === undefined ? [] : [[name, value] as const],
      );
      const end = await runProgram(
        {
          argv: [...sendmail, '-i', '-f', '<>', '--', recipient],
          environment: Object.fromEntries(given),
          directory: '/',
          limitMs: SENDMAIL_MS,
        },
        octets,
      );
      if (end.type !== 'exit') return `sendmail: ${end.type}`;
      const said = end.output.trim().split('\n').at(-1) ?? '';
      return end.code === 0 ? null : `sendmail ends with ${end.code} ${said}`.trim();
    },
  };
}
