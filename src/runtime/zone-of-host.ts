/**
 * The time zone of this host, as its environment and /etc/localtime say.
 *
 * Node and Bun know it as well, but compare the names of all zones first: a tenth of a short command
 * of the executable. So a host whose clock is UTC, as that of many servers is, is not asked so. Of a
 * TZ that is no name of a zone (a file, `UTC0`, nothing) they say none, or one that they refuse.
 */
import { readlinkSync } from 'node:fs';

/** An empty TZ is UTC, too. */
const UTC = /^(?:(?:Etc\/)?UTC)?$/;

export function zoneOfHost(): string {
  const name = nameIn(process.env['TZ'] ?? '/etc/localtime');
  if (UTC.test(name)) return 'UTC';
  return known(name) ?? known() ?? 'UTC';
}

/** `:/etc/localtime` is the name that its link leads to. */
function nameIn(said: string): string {
  const place = said.replace(/^:/, '');
  const file = place.startsWith('/') ? linkAt(place) : place;
  return file.replace(/^.*\/zoneinfo\//, '');
}

function linkAt(path: string): string {
  try {
    return readlinkSync(path);
  } catch {
    return path;
  }
}

/** null if the runtime does not take it as a zone; without a name, that of the host. */
function known(name?: string): string | null {
  try {
    const { timeZone } = new Intl.DateTimeFormat('en', { timeZone: name }).resolvedOptions();
    return timeZone === undefined || timeZone === 'Etc/Unknown' ? null : timeZone;
  } catch {
    return null;
  }
}
