/**
 * What the config's keys are for stands in the schema, for config.schema.json and the manual page,
 * which are made from the source (generate/). No run of the program says it, and each mail would
 * load it, and make an object of each: 6 KB.
 */
import type { Plugin } from 'rolldown';

const DESCRIPTION =
  /,\s*v\.description\(\s*(?:'(?:[^'\\\n]|\\.)*'|"(?:[^"\\\n]|\\.)*"|what)\s*,?\s*\)/g;
/** A schema that is piped into nothing else is itself. */
const ALONE = /\bv\.pipe\(\s*(v\.\w+\([^()]*\)|[A-Z]\w*),?\s*\)/g;

export function withoutDescriptions(): Plugin {
  return {
    name: 'without-descriptions',
    transform: {
      filter: { id: /\/src\/config\/schema\/[^/]+\.ts$/ },
      handler: (code) => ({
        code: code.replace(DESCRIPTION, '').replace(ALONE, '$1'),
        map: null,
      }),
    },
  };
}
