/** Where smtpd listens, by the lines of master.cf. Pure. */
import { valuesIn } from '../../mta/lines.ts';
import type { Place } from './smtp.ts';

export const SMTP_PORT = 25;
const SMTPD = ['smtpd', 'postscreen'];

/** The service of port 25, or the first one that takes mail. */
export function smtpAddressIn(
  services: readonly (readonly string[])[],
  settings: ReadonlyMap<string, string>,
): Place | null {
  const names = services.flatMap(([name = '', type, , , , , , command = '']) =>
    type === 'inet' && SMTPD.includes(command) ? [name] : [],
  );
  const places = names.flatMap((name) => {
    const [, host = '', service = ''] = /^(?:\[?([^\]]*)\]?:)?([\w-]+)$/.exec(name) ?? [];
    const port = service === 'smtp' ? SMTP_PORT : Number(service);
    return port > 0 ? [{ host: host === '' ? hostIn(settings) : host, port }] : [];
  });
  return places.find(({ port }) => port === SMTP_PORT) ?? places[0] ?? null;
}

function hostIn(settings: ReadonlyMap<string, string>): string {
  const interfaces = valuesIn(settings.get('inet_interfaces') ?? 'all');
  const isLoopback = interfaces.some((one) =>
    ['all', 'loopback-only', 'localhost', '127.0.0.1'].includes(one),
  );
  return isLoopback ? '127.0.0.1' : (interfaces[0] ?? '127.0.0.1');
}
