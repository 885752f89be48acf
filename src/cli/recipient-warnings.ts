/** What is to be said of the recipients of a config that can be used, without asking any table. */
import { statSync } from 'node:fs';
import { dirname } from 'node:path';
import type { Config } from '../config/config.ts';
import { recipientsOf } from '../config/recipients.ts';
import { programAt } from '../runtime/program-at.ts';
import type { Run } from './run.ts';

/** Others may read. */
const READ = 0o004;

export function warningsOfRecipients(
  config: Config,
  environment: Run['environment'],
): readonly string[] {
  const known = recipientsOf(config);
  if (known === null) return [];
  if (known.kind === 'database') {
    const mode = statSync(config.file, { throwIfNoEntry: false })?.mode ?? 0;
    const isOpen = known.place.password !== null && (mode & READ) !== 0;
    return isOpen
      ? ['everybody can read the password of the database: chmod o-r, or a passfile']
      : [];
  }
  const folder = statSync(dirname(known.path), { throwIfNoEntry: false });
  return [
    ...(programAt('postmap', environment) === null
      ? ['recipients: postmap is not there, which makes the table of a file: it is part of Postfix']
      : []),
    ...(folder === undefined ? [`recipients: there is no folder ${dirname(known.path)}`] : []),
  ];
}
