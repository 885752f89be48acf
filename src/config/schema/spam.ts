/** The fields by which filters in front of us say that a mail is spam. */
import * as v from 'valibot';
import { isPattern, Text } from './values.ts';

export function spamSchema() {
  const rule = v.strictObject({
    header: v.pipe(
      v.string(),
      v.regex(/^[!-9;-~]{1,100}$/, 'the name of a header field'),
      v.description('Header field that the filter sets, such as X-Spam-Flag.'),
    ),
    pattern: v.pipe(
      Text,
      v.check(isPattern, 'a regular expression'),
      v.description(
        'Regular expression that its value matches if the mail is spam; case does not count.',
      ),
    ),
  });
  return v.pipe(
    v.array(rule, 'a list of rules'),
    v.description('Fields by which a filter says that a mail is spam: it is held.'),
  );
}

/** What the usual filters write: SpamAssassin, rspamd, and those that do as they do. */
export const SPAM_RULES = [
  { header: 'X-Spam-Flag', pattern: '^yes' },
  { header: 'X-Spam-Status', pattern: '^yes' },
  { header: 'X-Spam', pattern: '^yes' },
  { header: 'X-Rspamd-Action', pattern: '^(add header|rewrite subject|reject)' },
];
