/** Where the recipients of a desk lie, as `recipients` in the config says it. */
import { Failure } from '../outcome.ts';
import { type DatabasePlace, databasePlace } from '../postgres/place.ts';
import type { Config } from './config.ts';
import type { Problem } from './schema/config.ts';
import { checkRecipients } from './schema/recipients.ts';

export type RecipientsConfig = {
  /** In lower case. */
  readonly domains: readonly string[];
} & (
  | { readonly kind: 'database'; readonly place: DatabasePlace }
  | { readonly kind: 'file'; readonly type: string; readonly path: string }
);

type WithRecipients = Pick<Config, 'file' | 'domain' | 'recipients'>;

/** null if the config has none. */
export function knownRecipients({ domain, recipients }: WithRecipients): {
  readonly recipients: RecipientsConfig | null;
  readonly problems: readonly Problem[];
} {
  if (recipients === undefined) return { recipients: null, problems: [] };
  const checked = checkRecipients(recipients);
  if (!checked.ok) return { recipients: null, problems: checked.problems };
  const { database, file = '', domains = [domain] } = checked.value;
  const inDomains = { domains: domains.map((one) => one.toLowerCase()) };
  if (database === undefined) {
    const [path = '', type = 'hash'] = file.split(':').reverse();
    return { recipients: { ...inDomains, kind: 'file', type, path }, problems: [] };
  }
  const place = databasePlace(database);
  // The schema has tried it.
  if ('refused' in place) throw new TypeError(place.refused);
  return { recipients: { ...inDomains, kind: 'database', place }, problems: [] };
}

/** null if the config has none. Throws a Failure `config` if they are wrong. */
export function recipientsOf(config: WithRecipients): RecipientsConfig | null {
  const { recipients, problems } = knownRecipients(config);
  const [first] = problems;
  if (first === undefined) return recipients;
  throw new Failure('config', `${config.file}: "${first.key}" ${first.problem}`);
}
