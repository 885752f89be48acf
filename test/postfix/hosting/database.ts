/** What the tests of examples/hosting need of a database of their own, whichever it is (`engines.ts`). */
import { join } from 'node:path';

export const EXAMPLE = join(import.meta.dirname, '../../../examples/hosting');

export const ROLES = ['robot', 'worker', 'postfix', 'dovecot'] as const;
export type Role = `hosting_${(typeof ROLES)[number]}`;
/** Which user of the system is which role. */
export type Users = Readonly<Partial<Record<Role, string>>>;

export interface Database {
  readonly dir: string;
  /** What `ask` of the example needs in its environment to find this server. */
  readonly env: Readonly<Record<string, string>>;
  /** What Postfix and Dovecot have in the place of the example's socket. */
  readonly postfixHosts: string;
  readonly dovecotConnect: string;
  /** Runs the shipped schema once more. */
  reload(): Promise<void>;
  /** A row a line, `|` between columns. One after the other, in one session each; `admin` may do everything. */
  sql(statements: string, role?: Role | 'admin', session?: string): Promise<string>;
  stop(): Promise<void>;
}
