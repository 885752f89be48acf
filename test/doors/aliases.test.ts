import { expect, test } from 'vitest';
import { aliasFor, expand, parseAliases } from '../../src/doors/aliases.ts';

const FILE = `# a comment
new:     "|/usr/local/bin/mailrobot new || exit 75"
Support: |"/usr/local/bin/mailrobot reply"
info:
	new
  , office
office: NEW
"with blank": "|/bin/true"
quoted: "|echo \\"a, b\\" # c"
file: /var/mail/file
elsewhere: someone@example.org
include: :include:/etc/list
mixed: new, /var/mail/file
loop: loop2
loop2: loop
itself: itself
empty:
`;
const aliases = parseAliases(FILE, 'aliases');
const steps = (name: string) => {
  const found = expand(aliases, name);
  return typeof found === 'string' ? found : found.map(({ command }) => command);
};

test.each([
  ['new', ['/usr/local/bin/mailrobot new || exit 75']],
  ['support', ['/usr/local/bin/mailrobot reply']],
  ['info', ['/usr/local/bin/mailrobot new || exit 75']],
  ['with blank', ['/bin/true']],
  ['quoted', ['echo "a, b" # c']],
  ['file', 'other'],
  ['elsewhere', 'other'],
  ['include', 'other'],
  ['mixed', 'other'],
  ['loop', 'loop'],
  ['itself', 'loop'],
  ['empty', []],
])('%s comes to %j', (name, wanted) => {
  expect(steps(name)).toEqual(wanted);
});

test.each([
  ['new', 'new', null],
  ['NEW', 'new', null],
  ['new+Ext-more', 'new', 'ext-more'],
  ['support-7102', 'support', '7102'],
  ['support-7102-b-2-x', 'support', '7102-b-2-x'],
])('%s is taken by %s, with the extension %s', (local, name, extension) => {
  expect(aliasFor(aliases, local)).toEqual({ name, extension });
});

test.each(['nobody', '+new', '-7102', '', 'newest'])('%j is taken by nobody', (local) => {
  expect(aliasFor(aliases, local)).toBeNull();
});

test.each(['no colon', '"never ends: x', 'a: "never ends', ': x'])('%s is no alias', (line) => {
  expect(() => parseAliases(`# one\n${line}\n`, 'aliases')).toThrow('aliases: line 2: no alias');
});
