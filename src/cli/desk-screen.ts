/** Where and by which clock whoever gives a command reads what is shown. */
import { zoneFor } from '../dates/zone-name.ts';
import { memberCalled } from '../desk/member.ts';
import { type Screen, screen } from '../pages/style.ts';
import type { Desk } from './open-desk.ts';
import type { Run } from './run.ts';

export function deskScreen(desk: Pick<Desk, 'config' | 'by'>, { environment }: Run): Screen {
  const { isTTY, columns } = process.stdout;
  return screen(isTTY, columns, environment, zoneOfReader(desk));
}

/** Of one of the staff, or else of the desk. */
export function zoneOfReader({ config, by }: Pick<Desk, 'config' | 'by'>): string {
  return zoneFor(config, memberCalled(by, config.staff)?.name ?? null);
}
