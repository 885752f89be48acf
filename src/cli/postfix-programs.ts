/**
 * Postfix's own programs, asked from here: they lie in /usr/sbin, which is not on everybody's
 * PATH. MAIL_CONFIG names another configuration to them, as ever. What cannot be asked is null.
 */
import { accessSync, constants } from 'node:fs';
import { join } from 'node:path';
import { outputOf } from '../runtime/programs.ts';

type Environment = Readonly<Record<string, string | undefined>>;

const ADMINISTRATORS_FOLDERS = ['/usr/sbin', '/usr/local/sbin', '/sbin'];

/** Where a program lies, or null. */
export function programAt(name: string, { PATH = '' }: Environment): string | null {
  const folders = [
    ...PATH.split(':').filter((one) => one.startsWith('/')),
    ...ADMINISTRATORS_FOLDERS,
  ];
  return folders.map((folder) => join(folder, name)).find(isRunnable) ?? null;
}

/** The values of these settings, as main.cf has them or as Postfix has them without it. */
export async function settingsOfPostfix(
  names: readonly string[],
  environment: Environment,
): Promise<ReadonlyMap<string, string> | null> {
  const postconf = programAt('postconf', environment);
  const printed = postconf === null ? null : await outputOf(postconf, [...names]);
  if (printed === null) return null;
  return new Map(
    printed.split('\n').flatMap((line) => {
      const [, name, value] = /^(\w+) = ?(.*)$/.exec(line) ?? [];
      return name === undefined || value === undefined ? [] : [[name, value] as const];
    }),
  );
}

function isRunnable(path: string): boolean {
  try {
    accessSync(path, constants.X_OK);
    return true;
  } catch {
    return false;
  }
}
