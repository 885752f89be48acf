/**
 * What gpgv(1) says of a signature (doc/DETAILS of GnuPG): one that is valid, and nothing else, or
 * why it does not count.
 *
 * Every line must be one that is known and speaks for it, so that what a later gpgv says anew
 * counts against it. Pure.
 */

export type SignatureStatus =
  | {
      readonly type: 'valid';
      /** Of the primary key. */
      readonly fingerprint: string;
      /** RFC 3339. */
      readonly at: string;
      /** `Kim <kim@example.org>`: the first of the key. */
      readonly userId: string;
    }
  | { readonly type: 'invalid'; readonly why: string }
  /** It could not be asked. */
  | { readonly type: 'failed'; readonly why: string };

/** What stands beside a valid signature. Those of one that is not are in REASONS. */
const WITH_A_VALID_ONE: ReadonlySet<string> = new Set([
  ...['NEWSIG', 'GOODSIG', 'VALIDSIG', 'SIG_ID', 'KEY_CONSIDERED', 'POLICY_URL'],
  ...['VERIFICATION_COMPLIANCE_MODE', 'NOTATION_NAME', 'NOTATION_FLAGS', 'NOTATION_DATA'],
]);

const REASONS: readonly (readonly [string, string])[] = [
  ['NO_PUBKEY', 'its key is not in the keyring'],
  ['BADSIG', 'what is signed was changed'],
  ['REVKEYSIG', 'its key is revoked'],
  ['EXPKEYSIG', 'its key is expired'],
  ['EXPSIG', 'its signature is expired'],
  ['ERRSIG', 'its signature cannot be checked'],
];

/** MD5, SHA-1, RIPEMD-160: two texts can be made that have the same. */
const WEAK: ReadonlySet<string> = new Set(['1', '2', '3']);
/** Of octets, and of a text (RFC 9580 5.2.1). */
const CLASSES: ReadonlySet<string> = new Set(['00', '01']);

const MARK = '[GNUPG:] ';

/** `status`: octets as characters. `exit`: of gpgv. */
export function readStatus(status: string, exit: number): SignatureStatus {
  const lines = status.split('\n').flatMap((line) => {
    if (!line.startsWith(MARK)) return line === '' ? [] : [['', line] as const];
    const [keyword = '', ...rest] = line.slice(MARK.length).split(' ');
    return [[keyword, rest.join(' ')] as const];
  });
  const of = (wanted: string) => lines.filter(([keyword]) => keyword === wanted);
  const keyring = of('ERROR').find(([, rest]) => rest.startsWith('keydb_search'));
  if (keyring !== undefined) return { type: 'failed', why: 'the keyring cannot be read' };
  if (of('NEWSIG').length > 1) return invalid('it has more than one signature');
  const [, reason] = REASONS.find(([keyword]) => of(keyword).length > 0) ?? [];
  if (reason !== undefined) return invalid(reason);
  const [unknown] = lines.find(([keyword]) => !WITH_A_VALID_ONE.has(keyword)) ?? [];
  if (unknown !== undefined) return invalid(`gpgv says ${unknown || 'what cannot be understood'}`);
  const [valid, ...more] = of('VALIDSIG');
  const [good, ...others] = of('GOODSIG');
  const isOne = more.length + others.length === 0 && of('NEWSIG').length === 1;
  if (valid === undefined || good === undefined || !isOne || exit !== 0) {
    return invalid('its signature is none');
  }
  return validIn(valid[1].split(' '), good[1]);
}

function validIn(fields: readonly string[], good: string): SignatureStatus {
  const [, , seconds = '', , , , , hash = '', kind = '', fingerprint = ''] = fields;
  if (WEAK.has(hash)) return invalid('its hash can be forged: SHA-1, or older');
  const isKnown = /^[0-9A-F]{40,64}$/.test(fingerprint) && /^\d{1,12}$/.test(seconds);
  if (!CLASSES.has(kind) || !isKnown) return invalid('it is no signature of a text');
  const at = new Date(Number(seconds) * 1000).toISOString();
  return { type: 'valid', fingerprint, at, userId: unescaped(good.slice(good.indexOf(' ') + 1)) };
}

function invalid(why: string): SignatureStatus {
  return { type: 'invalid', why };
}

/** Octets of UTF-8, some as %XX. */
function unescaped(text: string): string {
  const octets = text.replace(/%([0-9A-Fa-f]{2})/g, (_, hex) =>
    String.fromCharCode(Number.parseInt(hex, 16)),
  );
  return Buffer.from(octets, 'latin1').toString();
}
