/**
 * What is wrong on this machine with robots that want a PGP signature: then their mail, and no
 * other, stays with the MTA.
 */
import type { Config } from '../config/config.ts';
import { keyringOf } from '../config/robots.ts';
import type { Problem } from '../config/schema/config.ts';
import { checkRobots } from '../config/schema/robots.ts';
import { isThere, keyringProblem } from '../pgp/gnupg.ts';

export function proofProblems(config: Pick<Config, 'file' | 'robots'>): readonly Problem[] {
  return checkRobots(config.robots).rows.flatMap(({ at, row }) => {
    if (row.proof === undefined) return [];
    const keyring = keyringOf(row.name, config);
    const wrong = keyringProblem(keyring);
    const problems = [
      ...(isThere('gpgv') ? [] : ['needs gpgv: apt install gpgv']),
      ...(wrong === null ? [] : [`needs the keyring ${keyring}, which ${wrong}`]),
    ];
    return problems.map((problem) => ({ key: `robots.${at}.proof`, problem }));
  });
}
