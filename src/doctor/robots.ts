/**
 * Robots: whether an alias gives each its mail, each such alias names a robot that is there, and
 * addresses with holes lead to their alias. Pure.
 */
import { commandFor, configFlag, filesFor } from '../mta/needs.ts';
import { commandFindings } from './aliases.ts';
import type { AliasFacts, DoctorFacts, PostfixFacts } from './facts.ts';
import type { Finding, Findings } from './finding.ts';

export function robotFindings(facts: DoctorFacts, { robots }: PostfixFacts): Findings {
  const { names, ruled, aliases } = robots;
  const running = aliases.filter((alias) => robotsIn(alias).length > 0);
  const runs = new Set(running.flatMap(robotsIn));
  const without = names.filter((name) => !runs.has(name));
  return [
    ...without.flatMap((name) => {
      const found = aliases.find((alias) => alias.name === name)?.found ?? null;
      if (found !== null) return taken(name, found);
      return ruled.includes(name) ? [] : missing(name, facts);
    }),
    ...running.flatMap((alias) =>
      robotsIn(alias)
        .filter((name) => !names.includes(name))
        .flatMap((name) => unknown(alias, name)),
    ),
    ...commandFindings(facts, running, [
      '# put the right line into the alias map that has it; then: postalias MAP',
    ]),
    ...holeFindings(facts, robots.holes),
  ];
}

function robotsIn({ found }: AliasFacts): readonly string[] {
  return (found?.commands ?? []).flatMap(({ robot }) => robot ?? []);
}

function missing(name: string, { config, program }: DoctorFacts): readonly [Finding] {
  const map = filesFor(config).aliases.replace(/aliases$/, 'robots');
  return [
    {
      ...{ id: 'robot-alias', level: 'warning' },
      what: `No alias runs the robot ${name}, and no rule gives it mail.`,
      why: 'Nothing starts it. An alias that stands in no map of alias_maps is none.',
      mend: [
        `# put this line into a map of alias_maps, such as ${map}:`,
        `#   ${name}: "${commandFor(`run ${name}`, config, program)}"`,
        `# then: postalias hash:${map}`,
      ],
    },
  ];
}

function taken(name: string, { map, value }: NonNullable<AliasFacts['found']>): readonly [Finding] {
  return [
    {
      ...{ id: 'robot-alias-taken', level: 'warning' },
      what: `The alias ${name} leads to ${value}, and not to the robot ${name}.`,
      why: `${map} has that name, and Postfix takes the first map in alias_maps that has it.`,
      mend: [`# take "${name}:" out of ${map}, or rename it or the robot`],
    },
  ];
}

function unknown({ name, found }: AliasFacts, robot: string): readonly [Finding] {
  return [
    {
      ...{ id: 'robot-unknown', level: 'critical' },
      what: `The alias ${name} runs the robot ${robot}, and there is no such robot.`,
      why: 'Its mail stays in the queue of Postfix, and goes back to its senders when it is too old.',
      mend: [
        'mailrobot robot list',
        `# give it a row of "robots" or an executable, or take "${name}:" out of ${found?.map}`,
      ],
    },
  ];
}

function holeFindings(
  { config, program }: DoctorFacts,
  holes: PostfixFacts['robots']['holes'],
): Findings {
  const { tickets } = filesFor(config);
  return holes
    .filter(({ wanted, to }) => to?.toLowerCase() !== wanted.toLowerCase())
    .map(({ address, wanted, to }): Finding => {
      return {
        ...{ id: 'hole-address', level: 'critical' },
        what: `Postfix leads ${address} ${to === null ? 'nowhere' : `to ${to}`}, and not to ${wanted}.`,
        why: `A rule or a robot has this address. ${tickets} has no line for it, or another map has one before.`,
        mend: [`${program} postfix maps${configFlag(config)} > ${tickets} && postfix reload`],
      };
    });
}
