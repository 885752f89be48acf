/**
 * Parts of the config that are wrong by themselves: fields and rules of a queue, rows of robots.
 * Mail of theirs waits with Postfix, and all other mail comes in. Pure.
 */
import { configFlag } from '../mta/needs.ts';
import type { DoctorFacts } from './facts.ts';
import type { Findings } from './finding.ts';

export function partFindings({ config, wrongParts }: DoctorFacts): Findings {
  const [first, ...more] = wrongParts;
  if (first === undefined) return [];
  const others = more.length === 0 ? '' : `, and ${more.length} more like it`;
  return [
    {
      ...{ id: 'config-part', level: 'critical' },
      what: `A part of ${config.file} cannot be used: ${first}${others}.`,
      why: 'Mail of that queue or robot stays in the queue of Postfix, and goes back to its senders when it is too old.',
      mend: [`mailrobot config check${configFlag(config)}`],
    },
  ];
}
