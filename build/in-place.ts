/**
 * What stands in the place of node's own modules in the build. Bun has them as JavaScript, of which
 * each run compiles what it loads: a delivery that loads none but `fs`, `path` and what belongs to
 * them takes the executable 5 ms of 48 less.
 *
 * Streams and hashes have a lighter form (src/runtime/); of all others a stub is imported, which
 * loads the module when a name of it is first asked for. `fs` is loaded at once, and not copied name
 * by name, as rolldown does with what is imported whole.
 */
import { join } from 'node:path';
import type { Plugin } from 'rolldown';

interface Lighter {
  readonly imported: RegExp;
  readonly importer: RegExp;
  readonly file: string;
}

const LIGHTER: readonly Lighter[] = [
  {
    imported: /^(node:)?stream$/,
    importer:
      /^\0left-out:|\/(mailparser|mailsplit|libbase64)\/|\/nodemailer\/dist\/esm\/(mime-node|shared|qp|base64)\//,
    file: 'src/runtime/light-stream.ts',
  },
  {
    imported: /^node:crypto$/,
    importer: /^(?!.*\/node_modules\/).*\/src\/(?!runtime\/light-crypto\.ts$)/,
    file: 'src/runtime/light-crypto.ts',
  },
];

/** Of each module that is loaded late, what our own files import. */
export const LOADED_LATE: Readonly<Record<string, readonly string[]>> = {
  'node:child_process': ['spawn', 'spawnSync'],
  'node:crypto': ['createHash', 'createHmac', 'randomBytes', 'randomInt', 'timingSafeEqual'],
  'node:dns': ['lookup'],
  'node:net': ['BlockList', 'connect', 'isIP', 'isIPv4', 'isIPv6'],
  'node:os': ['hostname', 'networkInterfaces', 'setPriority', 'tmpdir', 'userInfo'],
  'node:timers/promises': ['setImmediate', 'setTimeout'],
  'node:tty': ['isatty'],
  'node:url': ['domainToASCII', 'domainToUnicode'],
  'node:util': ['isDeepStrictEqual', 'styleText'],
};
const OURS = /^(?!.*\/node_modules\/).*\/src\//;

/** nodemailer imports each of them whole. */
const WHOLE_LATE = /^node:(crypto|dns|fs|net|os|url|util)$/;
const NODEMAILER = /\/nodemailer\/dist\/esm\/(mime-node|shared)\//;

/** Of URLs it asks for domains alone, and each mail that goes out has one. */
const OF_DOMAINS = /\/nodemailer\/dist\/esm\/shared\/index\.js$/;
const DOMAINS = '\0domains';
const ASCII_DOMAIN = join(import.meta.dirname, '..', 'src/letters/ascii-domain.ts');

const WHOLE_FS = /^import \* as fs from 'node:fs';$/m;
const FS = '\0fs';

const NAMES_OF = '\0names of ';
const WHOLE = '\0whole ';

/** Rolldown asks it for every import; a stub is a virtual module. */
export function inPlace(): Plugin {
  return {
    name: 'in-place',
    resolveId(imported, importer = '') {
      if (imported === FS) return FS;
      const isIt = (one: Lighter) => one.imported.test(imported) && one.importer.test(importer);
      const lighter = LIGHTER.find(isIt);
      if (lighter !== undefined) return join(import.meta.dirname, '..', lighter.file);
      if (imported === 'node:url' && OF_DOMAINS.test(importer)) return DOMAINS;
      if (WHOLE_LATE.test(imported) && NODEMAILER.test(importer)) return WHOLE + imported;
      return imported in LOADED_LATE && OURS.test(importer) ? NAMES_OF + imported : null;
    },
    transform(code, id) {
      if (!OURS.test(id) || !WHOLE_FS.test(code)) return null;
      return { code: code.replace(WHOLE_FS, `import fs from '${FS}';`), map: null };
    },
    load(id) {
      if (id === FS) return { code: "export default require('node:fs');", moduleType: 'js' };
      if (id === DOMAINS) return { code: domains(), moduleType: 'js' };
      const code = id.startsWith(WHOLE)
        ? wholeOf(id.slice(WHOLE.length))
        : id.startsWith(NAMES_OF)
          ? namesOf(id.slice(NAMES_OF.length))
          : null;
      return code === null ? null : { code, moduleType: 'js' };
    },
  };
}

function wholeOf(module: string): string {
  return `export default new Proxy({}, { get: (_, name) => require('${module}')[name] });`;
}

function domains(): string {
  const unicode = "domainToUnicode: (domain) => require('node:url').domainToUnicode(domain)";
  return `import { asciiDomain } from '${ASCII_DOMAIN}';
export default { domainToASCII: asciiDomain, ${unicode} };`;
}

function namesOf(module: string): string {
  return (LOADED_LATE[module] ?? [])
    .map((name) => {
      const get = `get: () => require('${module}').${name}`;
      return `Object.defineProperty(exports, '${name}', { enumerable: true, ${get} });`;
    })
    .join('\n');
}
