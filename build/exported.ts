/**
 * What a file of the build gives to the others, in one object. Rolldown defines a getter for each
 * name, with a call, a function and an object of its own: 32 KB of what each mail loads, and 1 ms
 * of the executable. A getter stays where the value may change: a `let` of a package.
 *
 * What the file of a plain mail gives to others is made when the first of them is loaded: that
 * object of 450 names is another 0.3 ms. What is imported dynamically, as by the entry, is there at
 * once.
 */
import type { Plugin } from 'rolldown';

const DEFINED =
  /^Object\.defineProperty\(exports, "?([^",]+)"?, \{\s*enumerable: true,\s*get: function ?\(\) \{\s*return ([\w$]+);\s*\}\s*\}\);\n?/gm;
/** The file whose names few runs ask for, and how others ask for it. */
const ASKED_LATE = 'hot';
const REQUIRED = /^const require_hot = require\("\.\/hot\.cjs"\)/gm;
/** Under such a name rolldown has a module that is imported dynamically. */
const DYNAMIC = /_exports$/;
const FIXED = /^(?:const |class |(?:async )?function\*? ?|var (?=[\w$]+ = ))([\w$]+)/gm;

export function exportedAtOnce(): Plugin {
  return {
    name: 'exported-at-once',
    renderChunk: (code, { name }) => ({
      code: (name === ASKED_LATE ? whenAsked : atOnce)(code).replace(REQUIRED, '$&.others'),
      map: null,
    }),
  };
}

function atOnce(code: string): string {
  const { names, rest } = taken(code);
  // Not another object: who has asked in a circle has this one already.
  return names.length === 0 ? code : `${rest}\nObject.assign(exports, { ${objectOf(names)} });\n`;
}

function whenAsked(code: string): string {
  const { names, rest } = taken(code);
  const atOnce = names.filter(([, local]) => DYNAMIC.test(local));
  const others = `others ??= { __proto__: exports, ${objectOf(names)} }`;
  const get = `Object.defineProperty(exports, 'others', { get: () => ${others} });`;
  return `${rest}\nlet others;\n${get}\nObject.assign(exports, { ${objectOf(atOnce)} });\n`;
}

interface Taken {
  readonly names: readonly (readonly [string, string])[];
  /** Without their getters. */
  readonly rest: string;
}

function taken(code: string): Taken {
  const fixed = new Set([...code.matchAll(FIXED)].map(([, local]) => local));
  const names: [string, string][] = [];
  const rest = code.replace(DEFINED, (getter: string, name: string, local: string) => {
    if (!fixed.has(local)) return getter;
    names.push([name, local]);
    return '';
  });
  return { names, rest };
}

function objectOf(names: Taken['names']): string {
  return names.map(([name, local]) => `${JSON.stringify(name)}: ${local}`).join(', ');
}
