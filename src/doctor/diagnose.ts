/**
 * Everything that is wrong with a desk and with the Postfix in front of it, the cause before its
 * effects. Pure: what was found out is in the facts, and what is thought of it is here.
 */
import { configFlag } from '../mta/needs.ts';
import type { Row } from '../reports/health.ts';
import { addressFindings, isByAlias } from './addresses.ts';
import { aliasFindings } from './aliases.ts';
import { databaseFindings } from './database.ts';
import type { DoctorFacts, PostfixFacts } from './facts.ts';
import type { Finding, Findings } from './finding.ts';
import { healthFindings } from './health.ts';
import { hoursFindings } from './hours.ts';
import { ownerFindings } from './owners.ts';
import { partFindings } from './parts.ts';
import { recipientFindings } from './recipients.ts';
import { robotFindings } from './robots.ts';
import { runningFindings } from './running.ts';
import { settingFindings } from './settings.ts';
import { tableFindings, unusableFinding } from './tables.ts';

/** `health`: what `mailrobot status` says of the same desk. */
export function diagnose(facts: DoctorFacts, health: readonly Row[]): Findings {
  const { config, postfix } = facts;
  const owners = ownerFindings(facts);
  const onTheWay = postfix === null ? [noPostfix(facts)] : postfixFindings(facts, postfix);
  const isKnown =
    [...owners, ...onTheWay].some(({ id }) => UNDOING.includes(id)) ||
    health.some(({ name, level }) => name === 'store' && level !== 'ok');
  const found = [
    ...onTheWay,
    ...owners,
    ...runningFindings(facts, isKnown),
    ...databaseFindings(facts),
    ...recipientFindings(facts),
    ...partFindings(facts),
    ...hoursFindings(facts),
    ...healthFindings(health, config),
    ...(config.staff.length === 0 ? [noStaff(facts)] : []),
  ];
  return once(found);
}

function postfixFindings(facts: DoctorFacts, postfix: PostfixFacts): Findings {
  if (postfix.unusable !== null) return [unusableFinding(postfix.unusable)];
  const byAlias = isByAlias(postfix);
  return [
    ...settingFindings(facts.config, postfix),
    ...tableFindings(postfix),
    ...(byAlias ? aliasFindings(facts, postfix) : []),
    ...addressFindings(facts, postfix),
    ...(byAlias ? robotFindings(facts, postfix) : []),
  ];
}

/** With one of these, no alias can run as it should. */
const UNDOING: readonly string[] = [
  ...['map-owner', 'store-root', 'config-unreadable'],
  ...['program-missing', 'alias-unreadable', 'alias-config', 'alias-queue'],
  'store-closed',
];

function noPostfix({ config }: DoctorFacts): Finding {
  return {
    ...{ id: 'no-postfix', level: 'warning' },
    what: 'Postfix is not here, or has no main.cf: postconf prints nothing.',
    why: 'Aliases, maps and settings were not looked at. Without Postfix, mailrobot serve takes the mail.',
    mend: [`apt-get install postfix && mailrobot init --print${configFlag(config)} | sh`],
  };
}

function noStaff({ config }: DoctorFacts): Finding {
  return {
    ...{ id: 'no-staff', level: 'warning' },
    what: 'The config names no staff.',
    why: 'Nobody is told of a new ticket, and nobody can reply by mail.',
    mend: [
      `# in ${config.file}:`,
      `#   "staff": [{"name": "bob", "addresses": ["bob@${config.domain}"]}]`,
    ],
  };
}

/** Of several aliases the same may be true: one finding for each that is worded differently. */
function once(found: Findings): Findings {
  return found.filter(
    ({ id, what }, n) => found.findIndex((one) => one.id === id && one.what === what) === n,
  );
}
