/**
 * The password of a database out of a passfile, as libpq reads it: lines
 * `host:port:database:user:password`, of which the first one that fits counts; `*` fits all, and a
 * backslash takes the meaning from a colon.
 *
 * A file that others may read is not read. Through a socket the host is `localhost`, or the folder.
 */
import { readFileSync, statSync } from 'node:fs';
import { Failure } from '../outcome.ts';

export interface Login {
  readonly host: string;
  readonly port: number;
  readonly database: string;
  readonly user: string;
}

/** Group and others. */
const OTHERS = 0o077;

/** null if the file is not there, or says nothing of this login. */
export function passwordIn(file: string, login: Login): string | null {
  const mode = statSync(file, { throwIfNoEntry: false })?.mode;
  if (mode === undefined) return null;
  if ((mode & OTHERS) !== 0) {
    throw new Failure('database', `${file}: others may read it, so it is not used: chmod 600`);
  }
  return passwordOf(readFileSync(file, 'utf8'), login);
}

/** Pure. */
export function passwordOf(text: string, { host, port, database, user }: Login): string | null {
  const hosts = host.startsWith('/') ? [host, 'localhost'] : [host];
  for (const line of text.split(/\r?\n/)) {
    const [onHost, atPort, inDatabase, asUser, password] = fieldsOf(line);
    if (password === undefined || line.startsWith('#')) continue;
    const fits = (field: string | undefined, values: readonly string[]) =>
      field === '*' || values.includes(field ?? '');
    const isThis =
      fits(onHost, hosts) &&
      fits(atPort, [String(port)]) &&
      fits(inDatabase, [database]) &&
      fits(asUser, [user]);
    if (isThis) return password;
  }
  return null;
}

function fieldsOf(line: string): readonly string[] {
  const fields = [''];
  for (let at = 0; at < line.length; at += 1) {
    const isEscaped = line[at] === '\\' && at + 1 < line.length;
    if (isEscaped) at += 1;
    if (!isEscaped && line[at] === ':' && fields.length < 5) fields.push('');
    else fields.push(`${fields.pop() ?? ''}${line[at]}`);
  }
  return fields;
}
