/**
 * The first line of a signed text says what it is for:
 *
 *     mailrobot: deploy@support-ticket.example 2026-11-29
 *
 * the robot, the domain of the desk, and a day that is at most four days away, in UTC. So what
 * somebody has signed for something else starts no robot, here or at another desk. Pure.
 */
import { DAY_MS } from '../ticket/age.ts';

export interface For {
  readonly robot: string;
  readonly domain: string;
  readonly now: Date;
}

const MAX_DAYS = 4;
const BEGINNING = 'mailrobot:';

/** Why it is not for that robot and day; null if it is. */
export function whyNotFor(line: string, { robot, domain, now }: For): string | null {
  const [beginning, name, day = '', ...more] = line.split(' ');
  const today = dayOf(now);
  if (beginning !== BEGINNING || more.length > 0) {
    return `the first line of what is signed is not "${BEGINNING} ${robot}@${domain} ${today}"`;
  }
  if (name?.toLowerCase() !== `${robot}@${domain}`) {
    return `what is signed is not for ${robot}@${domain}`;
  }
  const date = new Date(`${day}T00:00:00Z`);
  if (!/^\d{4}-\d\d-\d\d$/.test(day) || Number.isNaN(date.getTime()) || dayOf(date) !== day) {
    return 'what is signed names no day such as 2026-11-29';
  }
  const days = Math.abs(date.getTime() - Date.parse(`${today}T00:00:00Z`)) / DAY_MS;
  return days > MAX_DAYS ? `what is signed is for ${day}, more than ${MAX_DAYS} days away` : null;
}

function dayOf(time: Date): string {
  return time.toISOString().slice(0, 10);
}
