/**
 * What a source exports and no other file asks for. Functions, classes and constants alone: a type
 * belongs to the function whose signature names it. Whoever loads a file with `import()`, or with a
 * star, is taken to ask for all of it. By expressions on the text, in the form that the formatter
 * gives it: there are many files, and a syntax tree of each takes seconds.
 */
import { posix } from 'node:path';
import type { Source } from './imports.ts';

const EXPORT = /^export (?:async )?(?:function\*?|const|let|class) (\w+)/gm;
const NAMES = /^(?:import|export) (?:type )?\{([^}]*)\} from '([^']+)'/gm;
const ALL = /(?:^(?:import|export) \*[^;]* from |\bimport\()'([^']+)'/gm;

/** `FILE exports NAME`; `others`, whose paths begin at the same folder, may ask as well. */
export function unusedExports(source: Source, others: Source): readonly string[] {
  const asked = new Set([...source, ...others].flatMap(([file, text]) => askedBy(file, text)));
  return [...source].flatMap(([file, text]) =>
    [...text.matchAll(EXPORT)]
      .map(([, name]) => name)
      .filter((name) => !asked.has(`${file} ${name}`) && !asked.has(`${file} *`))
      .map((name) => `${file} exports ${name}`),
  );
}

function askedBy(file: string, text: string): readonly string[] {
  const target = (from = '') => posix.join(posix.dirname(file), from);
  const named = [...text.matchAll(NAMES)].flatMap(([, names = '', from]) =>
    names.split(',').map((one) => `${target(from)} ${nameOf(one)}`),
  );
  return [...named, ...[...text.matchAll(ALL)].map(([, from]) => `${target(from)} *`)];
}

/** `a` of `type a` and of `a as b`. */
function nameOf(specifier: string): string {
  return /^(?:type\s+)?(\w+)/.exec(specifier.trim())?.[1] ?? '';
}
