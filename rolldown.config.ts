/**
 * The build: one call, CommonJS (it starts faster than ES modules), a hot
 * bundle that every mail loads, and cold files for what few mails need.
 *
 * COLD: modules that their importer evaluates at once although few mails need
 * them. The hot bundle gets a stub that loads the real one (a file
 * of its own, `cold-*.cjs`) on first use. INSTEAD: what mailrobot switches off,
 * so that a call is a bug (mailparser's link finder, nodemailer's HTTP client) or
 * its result is thrown away (addresses as HTML); what two packages have a copy of;
 * modules of node that hardly any run needs.
 */
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { defineConfig, type Plugin } from 'rolldown';

interface ColdModule {
  readonly name: string;
  /** The module itself. */
  readonly real: string;
  readonly imported: RegExp;
  readonly importer: RegExp;
  /** `functions` are called late, `values` read late. */
  readonly stub: { functions: readonly string[] } | { values: readonly string[] };
}

const COLD: readonly ColdModule[] = [
  {
    name: 'encoding-japanese',
    real: 'encoding-japanese/src/index.js',
    imported: /^encoding-japanese$/,
    importer: /\/(mailparser|libmime)\//,
    stub: { functions: ['convert'] },
  },
  {
    name: 'iconv',
    real: 'iconv-lite/lib/index.js',
    imported: /^iconv-lite$/,
    importer: /\/(mailparser|libmime|src\/reading)\//,
    stub: { functions: ['encodingExists', 'decode', 'encode', 'decodeStream'] },
  },
  {
    name: 'charsets',
    real: '../src/reading/charsets/other.ts',
    imported: /^\.\/charsets\/other\.ts$/,
    importer: /\/src\/reading\/charset\.ts$/,
    stub: { functions: ['decodeOther', 'isKnown'] },
  },
  {
    name: 'raw-field',
    real: '../src/reading/raw-field.ts',
    imported: /^\.\/raw-field\.ts$/,
    importer: /\/src\/reading\/header-repair\.ts$/,
    stub: { functions: ['inUtf8'] },
  },
  {
    name: 'file-name',
    real: '../src/reading/file-name.ts',
    imported: /^\.\/file-name\.ts$/,
    importer: /\/src\/reading\/part-header\.ts$/,
    stub: { functions: ['fileNameIn', 'fileNameParameter'] },
  },
  {
    name: 'libmime-types',
    real: 'libmime/lib/mimetypes.js',
    imported: /^\.\/mimetypes$/,
    importer: /\/libmime\//,
    stub: { values: ['list', 'extensions'] },
  },
  {
    name: 'nodemailer-types',
    real: 'nodemailer/dist/esm/mime-funcs/mime-types.js',
    imported: /^\.\/mime-types\.js$/,
    importer: /\/nodemailer\//,
    stub: { functions: ['detectMimeType', 'detectExtension'] },
  },
];

/** Loaded when something of it is asked for. */
function lateOf(name: string): string {
  return `module.exports = new Proxy({}, { get: (_, key) => (key === '__esModule' ? undefined : require('${name}')[key]) });`;
}

/** What nodemailer brings, for who imports a copy of it. */
function nodemailers(name: string): string {
  const folder = join(import.meta.dirname, 'node_modules/nodemailer/dist/esm', name);
  return `require(${JSON.stringify(join(folder, 'index.js'))})`;
}

const NEVER = `function never() { throw new Error('mailrobot never calls this'); }\n`;

const INSTEAD: readonly { imported: RegExp; importer: RegExp; code: string }[] = [
  { imported: /^he$/, importer: /\/mailparser\//, code: "exports.encode = () => '';" },
  {
    imported: /^html-to-text$/,
    importer: /\/mailparser\//,
    code: `${NEVER}exports.htmlToText = never;`,
  },
  { imported: /^tlds$/, importer: /\/mailparser\//, code: 'module.exports = [];' },
  {
    imported: /^linkify-it$/,
    importer: /\/mailparser\//,
    code: `${NEVER}const chain = { re: {}, pretest: never, match: never };
for (const name of ['tlds', 'add', 'set']) chain[name] = () => chain;
module.exports = () => chain;`,
  },
  {
    imported: /^\.\.\/fetch\/index\.js$/,
    importer: /\/nodemailer\//,
    code: `${NEVER}module.exports = never;`,
  },
  {
    imported: /^nodemailer\/lib\/addressparser$/,
    importer: /\/mailparser\//,
    code: `module.exports = ${nodemailers('addressparser')}.default;`,
  },
  {
    imported: /^punycode\.js$/,
    importer: /\/mailparser\//,
    code: `module.exports = ${nodemailers('punycode')};`,
  },
  // Only where nodemailer sends mail itself (mailrobot sendmail).
  { imported: /^node:dns$/, importer: /\/nodemailer\//, code: lateOf('node:dns') },
  { imported: /^node:os$/, importer: /\/nodemailer\//, code: lateOf('node:os') },
];

function stubOf({ name, stub }: ColdModule): string {
  const real = `require('./cold-${name}.cjs')`;
  if ('functions' in stub) {
    return stub.functions
      .map((key) => `exports.${key} = (...args) => ${real}.${key}(...args);`)
      .join('\n');
  }
  return stub.values
    .map((key) => `Object.defineProperty(exports, '${key}', { get: () => ${real}.${key} });`)
    .join('\n');
}

/** Rolldown asks for every import; a stub is a virtual module, marked by its first octet. */
function coldAndInstead(): Plugin {
  return {
    name: 'cold-and-instead',
    resolveId(imported, importer) {
      if (imported.startsWith('./cold-')) return { id: imported, external: 'absolute' };
      if (importer === undefined || importer.startsWith('\0')) return null;
      const cold = COLD.find((one) => one.imported.test(imported) && one.importer.test(importer));
      if (cold !== undefined) return `\0cold:${cold.name}`;
      const instead = INSTEAD.findIndex(
        (one) => one.imported.test(imported) && one.importer.test(importer),
      );
      return instead < 0 ? null : `\0instead:${instead}`;
    },
    load(id) {
      const [kind, name] = id.startsWith('\0') ? id.slice(1).split(':') : [];
      const cold = kind === 'cold' ? COLD.find((one) => one.name === name) : undefined;
      const instead = kind === 'instead' ? INSTEAD[Number(name)] : undefined;
      const code = cold === undefined ? instead?.code : stubOf(cold);
      return code === undefined ? null : { code, moduleType: 'js' };
    },
  };
}

/** Everything that a plain mail needs: what these import, and what that imports, at once. */
const HOT = ['src/main.ts', 'src/cli/pipe.ts'];
const hot = new Set<string>();

/**
 * Finds what is hot, and tells the entry the name of the file that it becomes: with a hash
 * of its content, so that a code cache of another build is never taken for its own.
 */
function hotFile(): Plugin {
  return {
    name: 'hot-file',
    buildEnd() {
      const reach = (id: string): void => {
        if (hot.has(id)) return;
        hot.add(id);
        for (const imported of this.getModuleInfo(id)?.importedIds ?? []) reach(imported);
      };
      for (const file of HOT) reach(join(import.meta.dirname, file));
    },
    generateBundle(_, bundle) {
      const files = Object.values(bundle).filter((file) => file.type === 'chunk');
      const found = files.find((file) => file.name === 'hot');
      const entry = files.find((file) => file.fileName === 'mailrobot.cjs');
      if (found === undefined || entry === undefined) throw new Error('there is no hot file');
      if (!entry.code.includes('<hot>')) throw new Error('the entry names no hot file');
      entry.code = entry.code.replace('<hot>', found.fileName);
      // Read as one octet a character, and kept so by V8.
      found.code = found.code.replace(/[^\0-\x7f]/g, (unit) => {
        return `\\u${unit.charCodeAt(0).toString(16).padStart(4, '0')}`;
      });
    },
  };
}

/** The licences of whatever is bundled, as they ask for. */
function notices(): Plugin {
  return {
    name: 'notices',
    generateBundle(_, bundle) {
      const folders = new Set(
        Object.values(bundle)
          .flatMap((file) => (file.type === 'chunk' ? file.moduleIds : []))
          .flatMap((id) => /^.*\/node_modules\/(?:@[^/]+\/)?[^/]+/.exec(id)?.[0] ?? []),
      );
      const texts = [...folders].sort().map((folder) => {
        const { name, version, license } = JSON.parse(
          readFileSync(join(folder, 'package.json'), 'utf8'),
        );
        const file = readdirSync(folder).find((entry) => /^licen[cs]e/i.test(entry));
        const text = file === undefined ? '' : readFileSync(join(folder, file), 'utf8');
        return `${name} ${version} (${license})\n\n${text.trim()}\n`;
      });
      this.emitFile({
        type: 'asset',
        fileName: 'THIRD-PARTY-NOTICES.txt',
        source: texts.join(`\n${'-'.repeat(72)}\n\n`),
      });
    },
  };
}

export default defineConfig({
  input: {
    mailrobot: 'src/entry.ts',
    reader: 'src/reading/reader.ts',
    ...Object.fromEntries(COLD.map(({ name, real }) => [`cold-${name}`, `./node_modules/${real}`])),
  },
  platform: 'node',
  logLevel: 'warn',
  plugins: [coldAndInstead(), hotFile(), notices()],
  output: {
    dir: 'dist',
    format: 'cjs',
    minify: true,
    cleanDir: true,
    entryFileNames: '[name].cjs',
    chunkFileNames: ({ name }) => (name === 'hot' ? 'hot-[hash].cjs' : '[name].cjs'),
    codeSplitting: {
      // What the entry itself needs stays outside: it comes before the cache.
      groups: [
        { name: 'first', test: /src\/(outcome|runtime\/self)\.ts$/, priority: 1 },
        { name: 'hot', test: (id) => hot.has(id) },
      ],
    },
  },
});
