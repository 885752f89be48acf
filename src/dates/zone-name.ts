/**
 * Which time zone is meant: that of the person, or else of the desk, or else of the host, as its
 * environment and /etc/localtime say. Loads no package.
 */

interface Zoned {
  readonly timeZone?: string | undefined;
}

interface ZonedDesk extends Zoned {
  readonly staff: readonly (Zoned & { readonly name: string })[];
}

/** `person` by their name; null is nobody of the staff. */
export function zoneFor(desk: ZonedDesk, person: string | null): string {
  return zoneSaid(desk, person) ?? new Intl.DateTimeFormat().resolvedOptions().timeZone;
}

/** null if the config leaves it to the host. */
export function zoneSaid({ timeZone, staff }: ZonedDesk, person: string | null): string | null {
  const own = staff.find(({ name }) => name === person)?.timeZone;
  return own ?? timeZone ?? null;
}
