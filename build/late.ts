/**
 * Large modules that are imported at once although few mails need them. Each becomes a file of its
 * own; who imports it gets a stub that loads it when a name of it is first asked for.
 *
 * They keep 840 KB off what a plain mail loads, which saves the executable 4 ms of 37.
 */
import type { Plugin } from 'rolldown';

interface LateModule {
  /** Of its file in dist/. */
  readonly name: string;
  readonly file: string;
  readonly imported: RegExp;
  readonly importer: RegExp;
  /** What its importers use of it: functions and classes, if they import it. */
  readonly exports: readonly string[];
  /** They are CommonJS. */
  readonly isRequired?: boolean;
}

export const LATE: readonly LateModule[] = [
  {
    name: 'late-encoding-japanese',
    file: 'node_modules/encoding-japanese/src/index.js',
    imported: /^encoding-japanese$/,
    importer: /\/(mailparser|libmime)\//,
    exports: ['convert'],
    isRequired: true,
  },
  {
    name: 'late-iconv',
    file: 'node_modules/iconv-lite/lib/index.js',
    imported: /^iconv-lite$/,
    importer: /\/(mailparser|libmime|src\/reading)\//,
    exports: ['encodingExists', 'decode', 'encode', 'decodeStream'],
    isRequired: true,
  },
  {
    name: 'late-absence',
    file: 'src/decision/absence.ts',
    imported: /^\.\/absence\.ts$/,
    importer: /\/src\/decision\/automatic-reply\.ts$/,
    exports: ['replyIn'],
  },
  {
    name: 'late-charsets',
    file: 'src/reading/charsets/other.ts',
    imported: /^\.\/charsets\/other\.ts$/,
    importer: /\/src\/reading\/charset\.ts$/,
    exports: ['decodeOther', 'isKnown'],
  },
  {
    name: 'late-wide',
    file: 'src/pages/wide.ts',
    imported: /^\.\/wide\.ts$/,
    importer: /\/src\/pages\/style\.ts$/,
    exports: ['wideWidth'],
  },
  {
    name: 'late-libmime-types',
    file: 'node_modules/libmime/lib/mimetypes.js',
    imported: /^\.\/mimetypes$/,
    importer: /\/libmime\//,
    exports: ['list', 'extensions'],
    isRequired: true,
  },
  {
    name: 'late-nodemailer-types',
    file: 'node_modules/nodemailer/dist/esm/mime-funcs/mime-types.js',
    imported: /^\.\/mime-types\.js$/,
    importer: /\/nodemailer\//,
    exports: ['detectMimeType', 'detectExtension'],
  },
  {
    name: 'late-base64-octets',
    file: 'src/reading/base64-octets.ts',
    imported: /^\.\/base64-octets\.ts$/,
    importer: /\/src\/reading\/part-octets\.ts$/,
    exports: ['Base64Octets'],
  },
  // A mail that is in base64 as a whole, or what goes out so.
  {
    name: 'late-libbase64',
    file: 'node_modules/libbase64/lib/libbase64.js',
    imported: /^libbase64$/,
    importer: /\/(libmime|mailsplit)\//,
    exports: ['encode', 'decode', 'Decoder', 'Encoder'],
    isRequired: true,
  },
  {
    name: 'late-nodemailer-base64',
    file: 'node_modules/nodemailer/dist/esm/base64/index.js',
    imported: /^\.\.\/base64\/index\.js$/,
    importer: /\/nodemailer\//,
    exports: ['encode', 'wrap', 'Encoder'],
  },
  // A mail that goes out with what is not ASCII.
  {
    name: 'late-nodemailer-qp',
    file: 'node_modules/nodemailer/dist/esm/qp/index.js',
    imported: /^\.\.\/qp\/index\.js$/,
    importer: /\/nodemailer\//,
    exports: ['encode', 'wrap', 'Encoder'],
  },
  // Domains that node cannot write in ASCII.
  {
    name: 'late-nodemailer-punycode',
    file: 'node_modules/nodemailer/dist/esm/punycode/index.js',
    imported: /^\.\.\/punycode\/index\.js$/,
    importer: /\/nodemailer\//,
    exports: ['toASCII', 'toUnicode'],
  },
];

/** Rolldown asks it for every import; a stub is a virtual module, marked by its first octet. */
export function late(): Plugin {
  return {
    name: 'late',
    resolveId(imported, importer = '') {
      if (imported.startsWith('./late-')) return { id: imported, external: 'absolute' };
      const found = LATE.find((one) => one.imported.test(imported) && one.importer.test(importer));
      return found === undefined ? null : `\0${found.name}`;
    },
    load(id) {
      const found = LATE.find(({ name }) => id === `\0${name}`);
      return found === undefined ? null : { code: stubOf(found), moduleType: 'js' };
    },
  };
}

function stubOf({ name, exports, isRequired }: LateModule): string {
  const file = `./${name}.cjs`;
  if (isRequired !== true) return functionsOf(exports, file);
  const getters = exports.map((key) => `get ${key}() { return require('${file}').${key}; }`);
  return `module.exports = { ${getters.join(', ')} };`;
}

/**
 * Functions and classes of a module that is loaded when one of them is called: they are there
 * without a getter that has to be defined.
 */
export function functionsOf(names: readonly string[], module: string): string {
  return names
    .map((name) => {
      const its = `require('${module}').${name}`;
      const call = /^[A-Z]/.test(name) ? `new (${its})` : its;
      return `export function ${name}(...given) { return ${call}(...given); }`;
    })
    .join('\n');
}
