/**
 * Parts of the config that are wrong by themselves: fields and rules of a queue, rows of robots.
 * Mail of theirs waits with Postfix, and all other mail comes in; that of a robot which cannot be
 * started is kept, and waits here. Pure.
 */
import { dirname, join } from 'node:path';
import { configFlag } from '../mta/needs.ts';
import type { DoctorFacts } from './facts.ts';
import { type Finding, type Findings, quoted } from './finding.ts';
import { isClosed } from './health.ts';

export function partFindings(facts: DoctorFacts): Findings {
  const { config, neverStarted } = facts;
  const mend = [`mailrobot config check${configFlag(config)}`];
  return [
    ...wrongFindings(facts, mend),
    ...snippetFindings(facts, mend),
    ...neverStarted.map(
      ({ robot, why }): Finding => ({
        ...{ id: 'robot-user', level: 'warning' },
        what: `The robot ${robot} is never started: ${why}.`,
        why: 'Its mail is kept, and waits until that is mended.',
        mend,
      }),
    ),
  ];
}

function wrongFindings({ config, wrongParts }: DoctorFacts, mend: readonly string[]): Findings {
  const [first, ...more] = wrongParts;
  if (first === undefined) return [];
  const others = more.length === 0 ? '' : `, and ${more.length} more like it`;
  return [
    {
      ...{ id: 'config-part', level: 'critical' },
      what: `A part of ${config.file} cannot be used: ${first}${others}.`,
      why: 'Mail of that queue or robot stays in the queue of Postfix, and goes back to its senders when it is too old.',
      mend,
    },
  ];
}

function snippetFindings(facts: DoctorFacts, check: readonly string[]): Findings {
  const { wrongSnippets, isConfigReadable, config } = facts;
  const [first, ...more] = wrongSnippets;
  if (first === undefined || !isConfigReadable) return [];
  const folder = join(dirname(config.file), 'snippets');
  const mend = isClosed(first) ? [`chmod -R a+rX ${quoted(folder)}`] : check;
  const others = more.length === 0 ? '' : `, and ${more.length} more like it`;
  return [
    {
      ...{ id: 'snippets', level: 'warning' },
      what: `A snippet cannot be used: ${first}${others}.`,
      why: 'An answer that names it does not go out, and comes back to whoever wrote it.',
      mend,
    },
  ];
}
