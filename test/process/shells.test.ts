/**
 * What Tab makes of a command line in bash, zsh and fish, each asked itself: with one answer that fits,
 * all of them put the same word there. A shell that is not installed is told, and left out.
 */
import { spawnSync } from 'node:child_process';
import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { BARE_PATH, makeDesk, PROGRAM, type TestDesk } from './desk.ts';

let desk: TestDesk;

beforeAll(async () => {
  desk = await makeDesk();
  desk.configure((config) => {
    config['staff'] = [
      { name: 'bob', addresses: ['bob@home.example'], notify: 'none' },
      { name: "Anna O'Neill", addresses: ['anna@home.example'], notify: 'none' },
    ];
    const [queue] = config['queues'] as object[]; // As init writes it.
    Object.assign(queue ?? {}, { fields: [{ name: 'due', type: 'date' }] });
  });
  await desk.here(['new'], { input: 'From: nic@ferrier.example\nSubject: a: b\n\nHello\n' });
  writeFileSync(join(desk.dir, 'desk.tar'), '');
});

afterAll(() => desk.remove());

/** What is there of the line, and the word that its last word becomes. */
const LINES: readonly (readonly [begun: string, word: string])[] = [
  ['tick', 'ticket'],
  ['ticket sp', 'split'],
  ['ticket show supp', 'SUPPORT-7102'],
  ['ticket show 71', '7102'],
  ['ticket list --stat', '--status'],
  ['ticket list --status re', 'resolved'],
  ['ticket list --sort field:d', 'field:due'],
  ['ticket list --queue S', 'SUPPORT'],
  ['ticket assign 7102 b', 'bob'],
  ['ticket move 7102 sup', 'SUPPORT'],
  ['staff away b', 'bob'],
  ['completion z', 'zsh'],
];
/** A name of several words is one word, and so it is put there by bash and by zsh. */
const OF_SEVERAL = ['staff away An', 'staff away Anna\\ O'];
const AS_ONE = "Anna\\ O\\'Neill";

function run(shell: string, args: readonly string[]): string {
  const { stdout, stderr, status } = spawnSync(shell, args, {
    cwd: desk.dir,
    env: {
      ...{ PATH: `${PROGRAM.replace(/\/mailrobot$/, '')}:${BARE_PATH}`, HOME: desk.dir },
      ...{ MAILROBOT_CONFIG: desk.config, TERM: 'dumb', LANG: 'C.UTF-8' },
    },
    encoding: 'utf8',
    timeout: 60_000,
  });
  if (status !== 0) throw new Error(`${shell} ended with ${status}: ${stderr}`);
  return stdout;
}

function missing(shell: string): boolean {
  const isMissing = spawnSync(shell, ['-c', 'true'], { env: { PATH: BARE_PATH } }).status !== 0;
  if (isMissing) console.log(`completion was not tried in ${shell}: it is not installed`);
  return isMissing;
}

test('bash', () => {
  const script = join(desk.dir, 'in.bash');
  // It takes what stands before a colon for a word of its own.
  const asked = [...LINES.map(([begun]) => begun), ...OF_SEVERAL].map((begun) => {
    const words = begun.replace(':', ' : ').match(/(\\.|\S)+/g) ?? [];
    return `COMP_WORDS=(mailrobot '${words.join("' '")}'); COMP_CWORD=${words.length}; _mailrobot; echo "\${COMPREPLY[*]}"`;
  });
  writeFileSync(script, ['eval "$(mailrobot completion bash)"', ...asked].join('\n'));
  expect(run('bash', [script]).trim().split('\n')).toEqual([
    ...LINES.map(([, word]) => word.replace(/^.*:/, '')),
    ...OF_SEVERAL.map(() => AS_ONE),
  ]);
});

describe.skipIf(missing('fish'))('fish', () => {
  const offered = (lines: readonly string[]) => {
    const asked = lines.map((line) => `complete -C 'mailrobot ${line}'; echo .`);
    const script = ['mailrobot completion fish | source', ...asked].join('\n');
    const printed = run('fish', ['--no-config', '-c', script]);
    const answers = printed.split('\n.\n').slice(0, lines.length);
    return answers.map((answer) => answer.split('\n').map((line) => line.split('\t')[0]));
  };

  test('commands and values', () => {
    expect(offered(LINES.map(([begun]) => begun))).toEqual(LINES.map(([, word]) => [word]));
    expect(offered(OF_SEVERAL)).toEqual(OF_SEVERAL.map(() => ["Anna O'Neill"]));
  });

  test('a file where nothing else is known', () => {
    expect(offered([`backup ${desk.dir}/desk.t`])).toEqual([[join(desk.dir, 'desk.tar')]]);
  });
});

describe.skipIf(missing('zsh'))('zsh', () => {
  /** At a terminal of its own: Tab, and a key that tells what stands there then, and clears it. */
  const IN_ZSH = `
zmodload zsh/zpty
print -n > $1
zpty -b inner 'zsh -f -i'
zpty -w inner "out=$1"'; tell() { print -r -- $BUFFER >> $out; BUFFER= }; zle -N tell; bindkey "^I" complete-word; bindkey "^X" tell'
zpty -w inner 'autoload -Uz compinit && compinit -u -D; eval "$(mailrobot completion zsh)"'
zpty -w inner 'zle-line-init() { print ready >> $out }; zle -N zle-line-init'
told() { until (( $(grep -c . $1) >= $2 )); do sleep 0.02; done }
told $1 1
for n in {3..$#}; do
  zpty -w -n inner "$argv[n]"$'\\t\\x18'
  told $1 $((n - 1))
done
zpty -d inner`;

  const made = (lines: readonly string[]) => {
    const script = join(desk.dir, 'in.zsh');
    const out = join(desk.dir, 'zsh.out');
    writeFileSync(script, IN_ZSH);
    run('zsh', ['-f', script, out, '--', ...lines.map((line) => `mailrobot ${line}`)]);
    // A blank behind a word may go again with the next key.
    const [, ...answers] = readFileSync(out, 'utf8').trimEnd().split('\n');
    return answers.map((answer) => answer.trimEnd());
  };

  test('commands and values, and a file where nothing else is known', () => {
    const file = `backup ${desk.dir}/desk.t`;
    expect(made([...LINES.map(([begun]) => begun), ...OF_SEVERAL, file])).toEqual([
      ...LINES.map(([begun, word]) => `mailrobot ${begun.replace(/\S+$/, word)}`),
      ...OF_SEVERAL.map(() => `mailrobot staff away ${AS_ONE}`),
      `mailrobot backup ${desk.dir}/desk.tar`,
    ]);
  });
});
