/**
 * Which time zone is meant: that of the person, or else of the desk, or else of the host, as its
 * environment and /etc/localtime say. Loads no package.
 */
import { zoneOfHost } from '../runtime/zone-of-host.ts';

interface Zoned {
  readonly timeZone?: string | undefined;
}

/** `person` by their name; null is nobody of the staff. */
export function zoneFor(
  { timeZone, staff }: Zoned & { readonly staff: readonly (Zoned & { readonly name: string })[] },
  person: string | null,
): string {
  const own = staff.find(({ name }) => name === person)?.timeZone;
  return own ?? timeZone ?? zoneOfHost();
}
