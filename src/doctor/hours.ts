/** Hours and holidays of the queues that cannot be read. Pure. */
import { configFlag } from '../mta/needs.ts';
import type { DoctorFacts } from './facts.ts';
import type { Findings } from './finding.ts';

export function hoursFindings({ config, hours }: DoctorFacts): Findings {
  return hours.map(({ queue, problem, isAllTime }) => ({
    ...{ id: isAllTime ? 'hours-wrong' : 'holidays-unreadable', level: 'warning' },
    what: isAllTime
      ? `The hours of ${queue} cannot be used: ${problem}.`
      : `Of the holidays of ${queue} not all can be read: ${problem}.`,
    why: isAllTime
      ? 'All time counts as working time there, and no acknowledgement says when its people are back.'
      : 'What is missing of them counts as working time: tickets are overdue too soon.',
    mend: [`mailrobot config check${configFlag(config)}`],
  }));
}
