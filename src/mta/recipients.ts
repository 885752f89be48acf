/**
 * How Postfix looks recipients up: the file for a database (pgsql_table(5)), and all that it needs
 * as one text. Pure.
 */
import type { Config } from '../config/config.ts';
import { type RecipientsConfig, recipientsOf } from '../config/recipients.ts';
import type { HoleAddress } from './holes.ts';
import { type Lines, mainCf, ticketsFile } from './lines.ts';
import { lookUpFile, recipientsMap } from './needs.ts';

/** The user of PostgreSQL that may read, and no more; Postfix's own name lets `peer` do. */
const READER = 'postfix';

type InDatabase = Extract<RecipientsConfig, { readonly kind: 'database' }>;

/** Without a password: who needs one writes it in, or a passfile. */
export function lookUpLines({ place, domains }: InDatabase): Lines {
  const name = encodeURIComponent(place.database ?? 'mailrobot');
  const hosts = place.hosts.map(({ host, port, isTls }) => {
    const root = place.rootCertificate === null ? 'system' : place.rootCertificate;
    const tls = isTls ? `&sslmode=verify-full&sslrootcert=${root}` : '';
    return `postgresql://${READER}@/${name}?host=${host}&port=${port}&connect_timeout=${place.connectSeconds}${tls}`;
  });
  return [
    '# Other addresses are not asked for: mail that goes out needs no database.',
    `domain = ${domains.join(', ')}`,
    "# A password stands behind the user (postfix:PASSWORD@), or in a file that is Postfix's",
    '# (&passfile=FILE).',
    `hosts = ${hosts.join(' ')}`,
    `dbname = ${place.database ?? 'mailrobot'}`,
    "query = SELECT destination FROM recipients WHERE address = '%s'",
  ];
}

/** null if the config has no recipients. */
export function recipientFiles(
  config: Config,
  current: (name: string) => string | null,
  holes: readonly HoleAddress[] = [],
  robots: readonly string[] = [],
): Lines | null {
  const known = recipientsOf(config);
  if (known === null) return null;
  const table =
    known.kind === 'file'
      ? [
          `# ${known.path}: the owner of the store's. Once, so that it is there:`,
          `#   postmap ${recipientsMap(config)}`,
        ]
      : [
          `# ${lookUpFile(config)}: root's, for the group postfix (mode 640).`,
          ...lookUpLines(known),
        ];
  return [...mainCf(config, current), '', ...ticketsFile(config, holes, robots), '', ...table];
}
