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
import { functionsOf } from './late.ts';

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

const late = (module: string) => `new Proxy({}, { get: (_, name) => require('${module}')[name] })`;

const LIGHT_STREAMS = fileAt('src/runtime/light-streams.ts');

/** What a stub of each kind is made of, for a module. */
const STUBS = {
  /** Ours import what they name. */
  names: (module: string) => functionsOf(LOADED_LATE[module] ?? [], module),
  /** Without a getter for each name, for those that require it. */
  streams: () => `import { finished, PassThrough, pipeline, Transform } from '${LIGHT_STREAMS}';
const streams = { finished, PassThrough, pipeline, Transform };
export { streams as 'module.exports' };`,
  whole: (module: string) => `export default ${late(module)};`,
  required: (module: string) => `module.exports = ${late(module)};`,
  'at-once': (module: string) => `export default require('${module}');`,
  domains: (
    module: string,
  ) => `import { asciiDomain } from '${fileAt('src/letters/ascii-domain.ts')}';
const domainToUnicode = (domain) => require('${module}').domainToUnicode(domain);
export default { domainToASCII: asciiDomain, domainToUnicode };`,
} as const;

interface StandIn {
  readonly imported: RegExp;
  readonly importer: RegExp;
  readonly by: { readonly file: string } | { readonly stub: keyof typeof STUBS };
}

const OURS = /^(?!.*\/node_modules\/).*\/src\//;

/** The first that fits counts. */
const STAND_INS: readonly StandIn[] = [
  {
    imported: /^(node:)?stream$/,
    importer: /^\0left-out:|\/(mailparser|mailsplit|libbase64)\//,
    by: { stub: 'streams' },
  },
  {
    imported: /^(node:)?stream$/,
    importer: /\/nodemailer\/dist\/esm\/(mime-node|shared|qp|base64)\//,
    by: { file: 'src/runtime/light-streams.ts' },
  },
  {
    imported: /^node:crypto$/,
    importer: /^(?!.*\/node_modules\/).*\/src\/(?!runtime\/light-crypto\.ts$)/,
    by: { file: 'src/runtime/light-crypto.ts' },
  },
  // Of URLs it asks for domains alone, and each mail that goes out has one.
  {
    imported: /^node:url$/,
    importer: /\/nodemailer\/dist\/esm\/shared\/index\.js$/,
    by: { stub: 'domains' },
  },
  {
    imported: /^node:(crypto|dns|fs|net|os|url|util)$/,
    importer: /\/nodemailer\/dist\/esm\/(mime-node|shared)\//,
    by: { stub: 'whole' },
  },
  // For commands that are programs of their own, and ours are none.
  {
    imported: /^node:child_process$/,
    importer: /\/node_modules\/commander\//,
    by: { stub: 'required' },
  },
  {
    imported: new RegExp(`^(${Object.keys(LOADED_LATE).join('|')})$`),
    importer: OURS,
    by: { stub: 'names' },
  },
];

const WHOLE_FS = /^import \* as fs from 'node:fs';$/m;
const STUB = /^\0stub ([a-z-]+) (.+)$/;

/** Rolldown asks it for every import; a stub is a virtual module. */
export function inPlace(): Plugin {
  return {
    name: 'in-place',
    resolveId(imported, importer = '') {
      if (STUB.test(imported)) return imported;
      const found = STAND_INS.find(
        (one) => one.imported.test(imported) && one.importer.test(importer),
      );
      if (found === undefined) return null;
      return 'file' in found.by ? fileAt(found.by.file) : `\0stub ${found.by.stub} ${imported}`;
    },
    transform(code, id) {
      if (!OURS.test(id) || !WHOLE_FS.test(code)) return null;
      return {
        code: code.replace(WHOLE_FS, "import fs from '\0stub at-once node:fs';"),
        map: null,
      };
    },
    load(id) {
      const [, kind = '', module = ''] = STUB.exec(id) ?? [];
      const stub = Object.entries(STUBS).find(([name]) => name === kind)?.[1];
      return stub === undefined ? null : { code: stub(module), moduleType: 'js' };
    },
  };
}

function fileAt(path: string): string {
  return join(import.meta.dirname, '..', path);
}
