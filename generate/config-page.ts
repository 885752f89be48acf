/**
 * The manual page of the config, mailrobot.conf(5), made from its JSON Schema: every key with what it
 * is for, what it may hold and its default; the keys within a key under a heading of their own. Pure.
 */
import { seeAlso } from './command-page.ts';
import { type Block, type Page, prose } from './roff.ts';

/** What is used of config.schema.json. */
interface Schema {
  readonly type?: string;
  readonly description?: string;
  readonly default?: unknown;
  readonly const?: unknown;
  readonly enum?: readonly unknown[];
  readonly minimum?: number;
  readonly maximum?: number;
  readonly properties?: Readonly<Record<string, Schema>>;
  readonly required?: readonly string[];
  readonly items?: Schema;
  readonly anyOf?: readonly Schema[];
}

const DESCRIPTION = `The config of a desk is one JSON file. Every mail reads it anew, so nothing has to
be restarted. It is checked when it is read: with an error in it, or a key that nobody knows, mail is
deferred, and \`mailrobot status\` says what is wrong. Relative paths are relative to the folder of the
file.

Root or the owner of the store owns the file, and the owner must be able to read it. If it has a
password or a secret in it, nobody else should.`;

const EXAMPLE: Block = {
  type: 'code',
  lines: [
    '{',
    '  "domain": "support-ticket.example",',
    '  "store": "/var/lib/mailrobot",',
    '  "queues": [',
    '    {"prefix": "SUPPORT", "address": "new", "name": "Support"}',
    '  ]',
    '}',
  ],
};

/** `text` is that of config.schema.json. */
export function configPage(text: string): Page {
  const schema: Schema = JSON.parse(text);
  return {
    name: 'mailrobot.conf',
    chapter: 5,
    summary: 'config of the ticket desk mailrobot',
    sections: [
      { title: 'SYNOPSIS', blocks: prose('`/etc/mailrobot/config.json`') },
      { title: 'DESCRIPTION', blocks: prose(DESCRIPTION) },
      { title: 'EXAMPLE', blocks: [EXAMPLE] },
      { title: 'KEYS', blocks: keysOf(schema, '') },
      { title: 'SEE ALSO', blocks: seeAlso(['mailrobot(1)', 'mailrobot-init(1)']) },
    ],
  };
}

/** The keys of one object, then those within them. */
function keysOf(schema: Schema, path: string): readonly Block[] {
  // Of what has one value alone the heading says it.
  const keys = Object.entries(schema.properties ?? {}).filter(([, key]) => key.const === undefined);
  const isRequired = (key: string) => schema.required?.includes(key) ?? false;
  return [
    ...keys.map(
      ([key, value]): Block => ({
        type: 'item',
        term: key,
        text: [value.description, rangeOf(value, isRequired(key))].filter(Boolean).join(' '),
      }),
    ),
    ...keys.flatMap(([key, value]) => within(value, path === '' ? key : `${path}.${key}`)),
  ];
}

function within(value: Schema, path: string): readonly Block[] {
  const inner = value.items ?? value;
  const each = value.items === undefined ? path : `${path}[]`;
  const kinds = (inner.anyOf ?? []).filter(({ properties }) => properties !== undefined);
  return [inner, ...kinds].flatMap((kind): readonly Block[] => {
    if (kind.properties === undefined) return [];
    const type = kind.properties['type']?.const;
    const heading = type === undefined ? each : `${each} of type ${type}`;
    return [{ type: 'heading', text: heading }, ...keysOf(kind, each)];
  });
}

/** What it may hold, and what counts if it is left out. */
function rangeOf(value: Schema, isRequired: boolean): string {
  const said: string[] = [];
  if (value.enum !== undefined) {
    said.push(`One of ${value.enum.map((one) => `\`${JSON.stringify(one)}\``).join(', ')}.`);
  }
  if (value.minimum !== undefined) said.push(`From ${value.minimum} to ${value.maximum}.`);
  if (isRequired) said.push('Required.');
  else if (isSomething(value.default)) said.push(presetOf(JSON.stringify(value.default)));
  return said.join(' ');
}

/** A longer one would not fit a line. */
const MAX_PRESET_CHARACTERS = 60;

function presetOf(preset: string): string {
  return preset.length > MAX_PRESET_CHARACTERS
    ? 'The default is in `config.schema.json`.'
    : `Default: \`${preset}\`.`;
}

function isSomething(preset: unknown): boolean {
  return preset !== undefined && !['', '[]', '{}', '""'].includes(JSON.stringify(preset) ?? '');
}
