/**
 * Tables that Postfix cannot read, and settings that it cannot use: then it takes no mail, or none
 * by that table, and whatever else it says follows from that. Pure.
 */
import type { BrokenMap, PostfixFacts } from './facts.ts';
import type { Finding, Findings } from './finding.ts';

/** Made of a text by a program of Postfix. */
const COMPILED = /^(?:hash|btree|cdb|lmdb|dbm|sdbm):/;
const NO_TYPE = /^unsupported dictionary type: (\w+)/;

export function tableFindings({ brokenMaps, ticketsMap }: PostfixFacts): Findings {
  // The map of the tickets, if it is gone, has a finding that makes it again.
  return brokenMaps.filter(({ map }) => map !== ticketsMap?.map).map(brokenFinding);
}

function brokenFinding({ setting, map, problem }: BrokenMap): Finding {
  const makes = setting === 'alias_maps' ? 'postalias' : 'postmap';
  const [, type] = NO_TYPE.exec(problem) ?? [];
  const mend =
    type !== undefined
      ? [`apt-get install postfix-${type} && postfix reload`]
      : COMPILED.test(map)
        ? [`${makes} ${map} && postfix reload`]
        : [];
  return {
    ...{ id: 'map-broken', level: 'critical' },
    what: `Postfix cannot read ${map}, which ${setting} names.`,
    why: `It says: ${problem}. ${
      setting === 'alias_maps'
        ? 'While it cannot read one of them, no alias works, and mail stays in the queue.'
        : 'While it cannot read it, it takes no mail for the desk, or keeps it in the queue.'
    }`,
    mend: [...mend, `# or take it out of ${setting}`],
  };
}

/** Postfix says which setting it is, if it knows. */
export function unusableFinding(problem: string): Finding {
  const [, name] = /(?:configuration:|parameter) (\w+)/.exec(problem) ?? [];
  return {
    ...{ id: 'postfix-settings', level: 'critical' },
    what: 'Postfix cannot use its own settings, so it takes no mail.',
    why: `It says: ${problem}. Aliases, maps and addresses could not be looked at.`,
    mend: [
      ...(name === undefined
        ? []
        : [
            `# give ${name} a right value, or leave it to Postfix:`,
            `postconf -X ${name} && postfix reload`,
          ]),
      'postfix check',
    ],
  };
}
