/** What is wrong with the database that a desk is kept in. Pure. */
import type { DatabaseFacts, DoctorFacts } from './facts.ts';
import { type Finding, type Findings, listed, type Unchecked } from './finding.ts';

export function databaseFindings({ database }: DoctorFacts): Findings {
  if (database === null) return [];
  return [
    ...roleFindings(database),
    ...durabilityFindings(database),
    ...notificationFindings(database),
  ];
}

function roleFindings({ name, role, isOwner, written }: DatabaseFacts): Findings {
  if (written.length > 0) {
    return [
      {
        ...{ id: 'database-rights', level: 'warning' },
        what: `The role ${role} may write ${listed(written)} of ${name} by hand.`,
        why: 'Deliveries need it for none of them: they add commits by functions that look at what they are given.',
        mend: [
          `# as the owner of the schema:`,
          `REVOKE INSERT, UPDATE, DELETE ON ${written.map((table) => `mailrobot.${table}`).join(', ')} FROM ${role};`,
        ],
      },
    ];
  }
  if (!isOwner) return [];
  return [
    {
      ...{ id: 'database-owner', level: 'warning' },
      what: `Mail is delivered to ${name} by the role ${role}, which may also drop the schema.`,
      why: 'One role does both. Another one that owns the schema leaves this one with what deliveries need.',
      mend: ['# see docs/postgresql.md: make a role for the deliveries, and name it in "store"'],
    },
  ];
}

function durabilityFindings({ unsafe, synchronous, standbys }: DatabaseFacts): Findings {
  const off: Finding = {
    ...{ id: 'database-fsync', level: 'critical' },
    what: `The server runs with ${listed(unsafe.map((setting) => `${setting} = off`))}.`,
    why: 'If it crashes, mail that mailrobot has taken may be gone, or all of the database.',
    mend: ["# as the server's superuser, and restart it:", ...unsafe.map(backOn)],
  };
  const alone: Finding = {
    ...{ id: 'database-no-standby', level: 'critical' },
    what: `synchronous_standby_names is "${synchronous}", and no such standby follows.`,
    why: 'Every commit waits for one. Mail stays in the queue until it is back.',
    mend: [
      '# see why the standby does not follow, or take its name out of synchronous_standby_names',
    ],
  };
  const behind: Finding = {
    ...{ id: 'database-standby-behind', level: 'warning' },
    what: `${listed(standbys.map(({ name }) => name))} may be behind: synchronous_standby_names is empty.`,
    why: 'What was committed last is lost if a standby takes over. Then mail that was taken is gone, and mailrobot can only say so.',
    mend: ["ALTER SYSTEM SET synchronous_standby_names = '…';  -- and SELECT pg_reload_conf();"],
  };
  const areKnown = standbys.every(({ state }) => state !== null);
  const isAlone =
    synchronous !== '' && areKnown && !standbys.some(({ state }) => state !== 'async');
  return [
    ...(unsafe.length > 0 ? [off] : []),
    ...(isAlone ? [alone] : []),
    ...(synchronous === '' && standbys.length > 0 ? [behind] : []),
  ];
}

const HALF_FULL = 0.5;

/** Of all databases of the server together. */
function notificationFindings({ notifications }: DatabaseFacts): Findings {
  if (notifications < HALF_FULL) return [];
  return [
    {
      ...{ id: 'database-notifications', level: 'warning' },
      what: `The server's queue of notifications is ${Math.round(notifications * 100)} % full.`,
      why: 'A session that listens stays in its transaction. When it is full, followers look every second; no mail waits for it.',
      mend: [
        "# as the server's superuser: which session it is, and its end",
        "SELECT pid, application_name, xact_start FROM pg_stat_activity WHERE state = 'idle in transaction' ORDER BY xact_start;",
        'SELECT pg_terminate_backend(…);',
      ],
    },
  ];
}

/** Without a right of the server's, the state of a standby is hidden. */
export function uncheckedStandbys({ database }: DoctorFacts): readonly Unchecked[] {
  const hidden = database?.standbys.some(({ state }) => state === null) ?? false;
  if (!hidden) return [];
  return [
    {
      what: 'Whether the standbys of the database follow was not checked.',
      why: `The role ${database?.role} may not see it: GRANT pg_monitor TO it.`,
    },
  ];
}

function backOn(setting: string): string {
  return `ALTER SYSTEM SET ${setting} = on;`;
}
