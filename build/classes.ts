/**
 * Functions that a package calls by `new` are classes in the build. Bun's byte code has of a function
 * what a plain call runs: what `new` runs it would compile anew in each run, 0.3 ms of a delivery.
 */
import type { Plugin } from 'rolldown';
import { changedFiles } from './changed.ts';

interface Constructors {
  readonly file: RegExp;
  readonly names: readonly string[];
}

const CONSTRUCTORS: readonly Constructors[] = [
  { file: /\/mustache\/mustache\.mjs$/, names: ['Scanner', 'Context', 'Writer'] },
];

export function classes(): Plugin {
  return changedFiles('classes', CONSTRUCTORS, (code, { names }, id) =>
    names.reduce((text, name) => asClass(text, name, id), code),
  );
}

function asClass(code: string, name: string, id: string): string {
  const whole = new RegExp(`^function ${name} \\((.*)\\) \\{$([\\s\\S]*?)^\\}$`, 'm');
  if (!whole.test(code)) throw new Error(`${id} has changed: function ${name} is not there`);
  return code.replace(whole, `class ${name} { constructor($1) {$2}}`);
}
