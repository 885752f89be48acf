/** Addresses with holes that rules and robots of the config have, and the alias of each. */
import type { Config } from '../config/config.ts';
import { robotsOf } from '../config/robots.ts';
import { addressesOfRules } from '../config/rules.ts';
import type { HoleAddress } from '../mta/holes.ts';

export function holeAddressesOf(config: Config): readonly HoleAddress[] {
  return [
    ...addressesOfRules(config).map(({ queue, address }) => {
      return { address, to: queue.address.toLowerCase(), isOfRobot: false };
    }),
    ...robotsOf(config).robots.flatMap(({ name, address }) =>
      address === undefined ? [] : { address, to: name, isOfRobot: true },
    ),
  ];
}
