/** How long a robot's plan lasts. Pure. */
import { ageOf, DAY_MS } from './age.ts';
import type { RobotPlan } from './robot-plan.ts';

const LASTS_MS = DAY_MS;
/** One that was confirmed, and of which nothing has come. */
const FORGOTTEN_MS = 30 * DAY_MS;

/** Nobody can confirm it any more, and nothing that was confirmed waits. */
export function isLapsed(
  { madeAt, confirmed }: Pick<RobotPlan, 'madeAt' | 'confirmed'>,
  now: Date,
): boolean {
  return ageOf(madeAt, now) > (confirmed === null ? LASTS_MS : FORGOTTEN_MS);
}
