/**
 * Who may import whom: the table behind the `overrides` of biome.json.
 *
 * `FOLDERS` says for each folder what of ours it may import, `OWNERS` which one file
 * may import a package, `PURE` which files may not touch node's modules or the
 * environment. `npm run lint:rules` writes biome.json anew from it; a test holds the
 * two together, and plants a violation of every row.
 */
const FOLDERS = {
  ticket: [],
  quotes: ['ticket'],
  actions: ['ticket', 'quotes'],
  config: [
    'outcome',
    'message/limits',
    'actions/caps',
    'ticket/id',
    'ticket/event-type',
    'ticket/plain',
  ],
  terminal: ['ticket'],
  reports: ['ticket', 'store/store'],
  templates: [],
  message: ['quotes', 'ticket', 'store/store', 'outcome'],
  store: ['ticket', 'outcome', 'message/limits'],
  outgoing: ['ticket', 'actions', 'config', 'templates', 'store/store'],
  delivery: [
    ...['message', 'ticket', 'actions', 'config', 'store/store', 'outgoing', 'outcome'],
    ...['terminal/ticket-list', 'terminal/ticket-page', 'quotes/forwarded'],
    ...['quotes/new-lines', 'quotes/at-quotes', 'terminal/inert'],
  ],
  feed: [
    ...['ticket', 'actions', 'config', 'delivery', 'store/store', 'outcome', 'programs'],
    'maildir',
  ],
  server: ['ticket', 'delivery', 'config', 'message', 'store/store', 'outcome', 'programs'],
  commands: [
    ...[
      'ticket',
      'actions',
      'config',
      'outgoing',
      'delivery',
      'message',
      'server',
      'terminal',
      'feed',
      'reports',
      'templates',
    ],
    ...['store/store', 'store/open', 'store/layout', 'store/restore', 'store/open-maintenance'],
    'store/as-user',
    'store/commit-log',
    ...['outcome', 'run', 'programs', 'maildir'],
  ],
} as const;

type Folder = keyof typeof FOLDERS;

/** Files of src itself; they import nothing of ours. */
const FILES = ['outcome', 'run', 'programs', 'maildir'] as const;
const NOBODYS = ['main', 'entry', 'code-cache'] as const;

/** The one file that may import a package. */
export const OWNERS: Readonly<Record<string, readonly string[]>> = {
  valibot: ['config/schema', 'feed/read-order'],
  mustache: ['templates/render'],
  nodemailer: ['outgoing/compose', 'server/submission'],
  mailparser: ['message/mail-parser'],
  'html-to-text': ['message/html'],
  'iconv-lite': ['message/charset'],
  lowdb: ['store/documents'],
  'tar-stream': ['store/archive'],
  commander: ['commands/desk'],
  execa: ['programs'],
  'string-width': ['terminal/style'],
  'smtp-server': ['server/smtp'],
};

export const PURE = [
  ...[
    'actions/**',
    'ticket/**',
    'quotes/**',
    'reports/**',
    'terminal/inert.ts',
    'outgoing/notice-text.ts',
  ],
  ...['outgoing/notification-text.ts', 'outgoing/clean.ts', 'delivery/tell.ts'],
  ...[
    'config/own-address.ts',
    'message/header.ts',
    'message/language.ts',
    'message/parameters.ts',
    'message/flowed.ts',
  ],
  ...['guard', 'checks', 'trust', 'route', 'envelope', 'addressing', 'doors'].map(
    (name) => `delivery/${name}.ts`,
  ),
  ...['authentication', 'spam', 'bounce'].map((name) => `delivery/${name}.ts`),
  ...['read-order', 'cursor', 'event', 'subscription'].map((name) => `feed/${name}.ts`),
  ...['aliases', 'fate', 'guesses', 'local-mail'].map((name) => `server/${name}.ts`),
].map((path) => `src/${path}`);

const folders = Object.keys(FOLDERS).filter((name): name is Folder => name in FOLDERS);

export interface Planted {
  readonly about: string;
  readonly file: string;
  readonly imports: string;
}

/** An import that the table forbids, for every folder and what it may not see, and every package. */
export const violations: readonly Planted[] = [
  ...folders.flatMap((folder) =>
    targets(folder)
      .filter((target) => !isAllowed(folder, target))
      .map((target) => ({
        about: `src/${folder} may not import ${target}`,
        file: `src/${folder}/planted.ts`,
        imports: `../${target.includes('/') || isFile(target) ? target : `${target}/planted-too`}.ts`,
      })),
  ),
  ...FILES.map((file) => ({
    about: `src/${file}.ts imports nothing of ours`,
    file: `src/${file}.ts`,
    imports: './ticket/ticket.ts',
  })),
  ...Object.keys(OWNERS).map((name) => ({
    about: `one file owns ${name}`,
    file: 'src/delivery/planted.ts',
    imports: name,
  })),
];

/** What the table allows: one for every folder. */
export const allowances: readonly Planted[] = folders.flatMap((folder) =>
  FOLDERS[folder].slice(0, 3).map((target) => ({
    about: `src/${folder} may import ${target}`,
    file: `src/${folder}/planted.ts`,
    imports: `../${target.includes('/') || isFile(target) ? target : `${target}/planted-too`}.ts`,
  })),
);

function targets(folder: Folder): readonly string[] {
  return [...folders.filter((name) => name !== folder), ...FILES, ...NOBODYS];
}

function isFile(target: string): boolean {
  return [...FILES, ...NOBODYS].some((name) => name === target);
}

function isAllowed(folder: Folder, target: string): boolean {
  const allowed: readonly string[] = FOLDERS[folder];
  return allowed.includes(target);
}

/** `overrides` of biome.json. A later one replaces an earlier one of the same rule for its files. */
export function overrides(): readonly object[] {
  const owners = [...new Set(Object.values(OWNERS).flat())];
  return [
    ...folders.map((folder) =>
      importRule([`src/${folder}/**`], ofFolder(folder), packagesBut(null)),
    ),
    ...FILES.map((file) => importRule([`src/${file}.ts`], ofFile(), packagesBut(file))),
    ...owners
      .filter((file) => file.includes('/'))
      .map((file) => {
        const folder = folders.find((name) => file.startsWith(`${name}/`));
        if (folder === undefined) throw new Error(`${file} lies in no folder of the table`);
        return importRule([`src/${file}.ts`], ofFolder(folder), packagesBut(file));
      }),
    {
      includes: PURE,
      linter: {
        rules: { correctness: { noNodejsModules: 'error' }, style: { noProcessEnv: 'error' } },
      },
    },
    { includes: ['test/**', 'bench/**'], linter: { rules: { suspicious: { noConsole: 'off' } } } },
  ];
}

interface Pattern {
  readonly group: readonly string[];
  readonly message: string;
}

function ofFolder(folder: Folder): Pattern {
  const allowed: readonly string[] = FOLDERS[folder];
  const group = targets(folder).flatMap((target) => {
    if (allowed.includes(target)) return [];
    if (isFile(target)) return [`../${target}.ts`];
    const files = allowed.filter((one) => one.startsWith(`${target}/`));
    if (files.length === 0) return [`../${target}/**`];
    return [`../${target}/*`, ...files.map((file) => `!../${file}.ts`)];
  });
  const names = allowed.length === 0 ? 'nothing of ours' : allowed.join(', ');
  return {
    group,
    message: `src/${folder} may import ${names} only (test/process/architecture.ts).`,
  };
}

function ofFile(): Pattern {
  const group = [
    ...folders.map((name) => `./${name}/**`),
    ...NOBODYS.map((name) => `./${name}.ts`),
  ];
  return { group, message: 'This file imports nothing of ours.' };
}

function packagesBut(owner: string | null): Pattern {
  const group = Object.entries(OWNERS).flatMap(([name, files]) =>
    owner !== null && files.includes(owner) ? [] : [name, `${name}/**`],
  );
  return {
    group,
    message: 'One file owns each third-party package; use what that file exports.',
  };
}

function importRule(includes: readonly string[], ours: Pattern, packages: Pattern): object {
  const options = { patterns: [ours, packages] };
  const noRestrictedImports = { level: 'error', options };
  return { includes, linter: { rules: { style: { noRestrictedImports } } } };
}
