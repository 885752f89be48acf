/**
 * Postfix's own programs, asked from here: they lie in /usr/sbin, which is not on everybody's
 * PATH. MAIL_CONFIG names another configuration to them, as ever. What cannot be asked is null.
 */
import { programAt } from '../runtime/program-at.ts';
import { outputOf, runProgram } from '../runtime/programs.ts';

type Environment = Readonly<Record<string, string | undefined>>;

const LIMIT_MS = 20_000;

/** As main.cf has them; `meant` puts the values of other settings in the place of their names. */
export async function settingsOfPostfix(
  names: readonly string[],
  environment: Environment,
  how: 'as written' | 'meant' = 'as written',
): Promise<ReadonlyMap<string, string> | null> {
  const printed = await postconf([...(how === 'meant' ? ['-x'] : []), ...names], environment);
  if (printed === null) return null;
  return new Map(
    printed.split('\n').flatMap((line) => {
      const [, name, value] = /^(\w+) = ?(.*)$/.exec(line) ?? [];
      return name === undefined || value === undefined ? [] : [[name, value] as const];
    }),
  );
}

/** The lines of master.cf, each as its fields. */
export async function servicesOfPostfix(
  environment: Environment,
): Promise<readonly (readonly string[])[]> {
  const printed = await postconf(['-M'], environment);
  return (printed ?? '').split('\n').map((line) => line.trim().split(/\s+/));
}

async function postconf(args: readonly string[], environment: Environment) {
  const program = programAt('postconf', environment);
  return program === null ? null : outputOf(program, args);
}

export interface Lookup {
  readonly found: ReadonlyMap<string, string>;
  /** What it says if it cannot look there. */
  readonly problem: string | null;
}

/** Several keys of one table at once; postalias(1) writes a colon behind a key. */
export async function lookUp(
  by: 'postmap' | 'postalias',
  keys: readonly string[],
  map: string,
  environment: Environment,
): Promise<Lookup> {
  const program = programAt(by, environment);
  if (program === null || keys.length === 0) return { found: new Map(), problem: null };
  const { MAIL_CONFIG, PATH = '' } = environment;
  const end = await runProgram(
    {
      argv: [program, '-q', '-', map],
      environment: { PATH, LC_ALL: 'C', ...(MAIL_CONFIG !== undefined && { MAIL_CONFIG }) },
      directory: '/',
      limitMs: LIMIT_MS,
    },
    `${keys.join('\n')}\n`,
  );
  const lines = end.type === 'exit' ? end.output.split('\n') : [];
  const found = lines.flatMap((line) => {
    const tab = line.indexOf('\t');
    const key = line.slice(0, Math.max(0, tab)).replace(/:$/, '');
    return keys.includes(key) ? [[key, line.slice(tab + 1)] as const] : [];
  });
  const [, fault] =
    lines.map((line) => /^post\w+: (?:fatal|error): (.*)$/.exec(line)).find(Boolean) ?? [];
  const problem = end.type === 'exit' ? (fault ?? null) : `${by} does not answer`;
  return { found: new Map(found), problem };
}
