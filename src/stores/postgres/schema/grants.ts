/**
 * What the role of the deliveries may do, if another one owns the schema: read and write, and never
 * make, change or drop a table. A commit stays: it is blanked and never taken away.
 */
import { identifier } from '../../../postgres/client.ts';

export function grantsTo(role: string): string {
  const to = identifier(role);
  return [
    `GRANT USAGE ON SCHEMA mailrobot TO ${to}`,
    `GRANT SELECT, INSERT, UPDATE, DELETE ON ALL TABLES IN SCHEMA mailrobot TO ${to}`,
    `REVOKE DELETE ON mailrobot.journal, mailrobot.head, mailrobot.identity FROM ${to}`,
    `GRANT EXECUTE ON ALL FUNCTIONS IN SCHEMA mailrobot TO ${to}`,
  ].join(';\n');
}
