/**
 * What a file of the build gives to the others, in one object. Rolldown defines a getter for each
 * name, with a call, a function and an object of its own: 32 KB of what each mail loads, and 1 ms
 * of the executable. A getter stays where the value may change: a `let` of a package.
 */
import type { Plugin } from 'rolldown';

const DEFINED =
  /^Object\.defineProperty\(exports, "?([^",]+)"?, \{\s*enumerable: true,\s*get: function ?\(\) \{\s*return ([\w$]+);\s*\}\s*\}\);\n?/gm;
const FIXED = /^(?:const |class |(?:async )?function\*? ?|var (?=[\w$]+ = ))([\w$]+)/gm;

export function exportedAtOnce(): Plugin {
  return {
    name: 'exported-at-once',
    renderChunk: (code) => ({ code: atOnce(code), map: null }),
  };
}

function atOnce(code: string): string {
  const fixed = new Set([...code.matchAll(FIXED)].map(([, local]) => local));
  const names: string[] = [];
  const rest = code.replace(DEFINED, (getter: string, name: string, local: string) => {
    if (!fixed.has(local)) return getter;
    names.push(`${JSON.stringify(name)}: ${local}`);
    return '';
  });
  // Not another object: who has asked in a circle has this one already.
  return names.length === 0 ? code : `${rest}\nObject.assign(exports, { ${names.join(', ')} });\n`;
}
