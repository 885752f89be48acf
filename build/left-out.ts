/**
 * What packages import and mailrobot never uses: it has switched it off, so that a call is a bug, or
 * throws the result away. Leaving it out saves the executable 15 ms of 48 for each mail; each row
 * says its part.
 */
import type { Plugin } from 'rolldown';

interface LeftOut {
  readonly imported: RegExp;
  readonly importer: RegExp;
  /** What stands in its place. */
  readonly code: string;
}

const NEVER = `function never() { throw new Error('mailrobot never calls this'); }\n`;

const LEFT_OUT: readonly LeftOut[] = [
  // Addresses as HTML, which nobody reads: 2 ms.
  { imported: /^he$/, importer: /\/mailparser\//, code: "exports.encode = () => '';" },
  // reading/html.ts has its own: 6 ms.
  {
    imported: /^html-to-text$/,
    importer: /\/mailparser\//,
    code: `${NEVER}exports.htmlToText = never;`,
  },
  // Links in a text as HTML: 1 ms, and 4 ms for those who look for them.
  { imported: /^tlds$/, importer: /\/mailparser\//, code: 'module.exports = [];' },
  {
    imported: /^linkify-it$/,
    importer: /\/mailparser\//,
    code: `${NEVER}const chain = { re: {}, pretest: never, match: never };
for (const name of ['tlds', 'add', 'set']) chain[name] = () => chain;
module.exports = () => chain;`,
  },
  // The parser sees no text and no quoted-printable (reading/known-part.ts), and writes no mail.
  {
    imported:
      /^libqp$|\/(flowed-decoder|simple-parser|message-joiner|node-rewriter|node-streamer)$/,
    importer: /\/(libmime|mailparser|mailsplit)\//,
    code: `${NEVER}module.exports = never;`,
  },
  // The MD5 of each part, which nobody asks for.
  {
    imported: /^\.\/stream-hash$/,
    importer: /\/mailparser\//,
    code: "exports = module.exports = require('stream').PassThrough;",
  },
  // Other names of charsets: the words that the parser sees are in UTF-8 (reading/header-repair.ts).
  {
    imported: /^\.\/charsets$/,
    importer: /\/libmime\//,
    code: "module.exports = { 'utf-8': 'UTF-8' };",
  },
  // Domains in Unicode: reading/addresses.ts makes them, of all addresses.
  {
    imported: /^punycode\.js$/,
    importer: /\/mailparser\//,
    code: 'exports.toUnicode = (domain) => domain;',
  },
  // A second copy of a parser of addresses: mailparser loads it from the same package, as CommonJS.
  {
    imported: /^\.\.\/addressparser\/index\.js$/,
    importer: /\/nodemailer\//,
    code: "export default require('nodemailer/lib/addressparser');",
  },
  // A client of C, Cloudflare's sockets, and a passfile: postgres/ has one host and one password.
  {
    imported: /^\.\/native$|^pg-cloudflare$|^pgpass$|^pg-pool$|^pg-connection-string$/,
    importer: /\/pg\//,
    code: `${NEVER}module.exports = class { constructor() { never(); } };`,
  },
  // Attachments that are a URL: 2 ms, and no mail makes us ask the network.
  {
    imported: /^\.\.\/fetch\/index\.js$/,
    importer: /\/nodemailer\//,
    code: `${NEVER}export default never;`,
  },
];

/** Rolldown asks it for every import; what stands in its place is a virtual module. */
export function leftOut(): Plugin {
  return {
    name: 'left-out',
    resolveId(imported, importer = '') {
      const isIt = (one: LeftOut) => one.imported.test(imported) && one.importer.test(importer);
      const row = LEFT_OUT.findIndex(isIt);
      return row < 0 ? null : `\0left-out:${row}`;
    },
    load(id) {
      const [kind, row] = id.split(':');
      const found = kind === '\0left-out' ? LEFT_OUT[Number(row)] : undefined;
      return found === undefined ? null : { code: found.code, moduleType: 'js' };
    },
  };
}
