/**
 * What the role of the deliveries may do, if another one owns the schema: read all of it, write down
 * how hand-overs, subscribers and leases stand, and everything else by functions that look at what
 * they are given.
 */
import { identifier } from '../../../postgres/client.ts';

const FUNCTIONS = [
  ...['append', 'lock_head', 'gather', 'identity_now', 'change_keys', 'end_rest', 'waiting_mail'],
  ...['begin_blob', 'bring', 'forget_left', 'keep_copy', 'keep_brought', 'attach_again'],
  ...['restore_file', 'restore_identity', 'must_be'],
];

/** Nothing else is left that it had before. */
export function grantsTo(role: string): string {
  const to = identifier(role);
  const functions = FUNCTIONS.map((name) => `mailrobot.${name}`).join(', ');
  return [
    `REVOKE ALL ON ALL TABLES IN SCHEMA mailrobot FROM ${to}`,
    `REVOKE ALL ON ALL FUNCTIONS IN SCHEMA mailrobot FROM ${to}`,
    `GRANT USAGE ON SCHEMA mailrobot TO ${to}`,
    `GRANT SELECT ON ALL TABLES IN SCHEMA mailrobot TO ${to}`,
    `GRANT INSERT, UPDATE, DELETE ON mailrobot.standing, mailrobot.subscriptions, mailrobot.leases,
      mailrobot.hosts TO ${to}`,
    `GRANT DELETE ON mailrobot.secrets TO ${to}`,
    `GRANT UPDATE ON mailrobot.settled TO ${to}`,
    `GRANT EXECUTE ON FUNCTION ${functions} TO ${to}`,
  ].join(';\n');
}
