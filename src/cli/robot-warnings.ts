/**
 * What is to be said of the robots of a config that can be used: who reads or changes what they
 * should not, and which of them can never be started.
 */
import { statSync } from 'node:fs';
import type { Config } from '../config/config.ts';
import { keyringOf, OWNER, type RobotConfig, robotsOf } from '../config/robots.ts';
import { isThere as isProgram } from '../pgp/gnupg.ts';
import { whyNotAs } from './robot-users.ts';

/** Others may read, write. */
const READ = 0o004;
const WRITE = 0o022;

export function warningsOf(config: Config): readonly string[] {
  const { robots } = robotsOf(config);
  if (robots.length === 0) return [];
  const isOpen = (modeOf(config.file) & READ) !== 0;
  return [
    ...(isOpen
      ? ['everybody can read it, and so can robots: chmod o-r lets the owner of the store alone']
      : []),
    ...neverStarted(config).map(({ robot, why }) => `robot ${robot}: it is never started: ${why}`),
    ...robots.flatMap((robot) => warningsAbout(robot, config)),
  ];
}

/** Of each robot that can never be started: why. */
export function neverStarted(
  config: Config,
): readonly { readonly robot: string; readonly why: string }[] {
  return robotsOf(config).robots.flatMap(({ name, user }) => {
    const why = user === OWNER ? null : whyNotAs(user, config);
    return why === null ? [] : [{ robot: name, why }];
  });
}

function warningsAbout(
  { name, user, command, proof }: RobotConfig,
  config: Config,
): readonly string[] {
  const [program] = command;
  const about = (what: string) => `robot ${name}: ${what}`;
  return [
    ...(user === OWNER ? [about('it runs as the owner of the store, and can read its keys')] : []),
    ...((modeOf(program) & WRITE) === 0
      ? []
      : [about(`others than its owner can change ${program}`)]),
    ...(isThere(program) ? [] : [about(`there is no ${program}`)]),
    ...(proof === undefined ? [] : warningsOfProof(keyringOf(name, config)).map(about)),
  ];
}

function warningsOfProof(keyring: string): readonly string[] {
  return [
    ...((modeOf(keyring) & WRITE) === 0 ? [] : [`others than its owner can change ${keyring}`]),
    ...(isProgram('gpg')
      ? []
      : ['there is no gpg, so its replies are not encrypted: apt install gpg']),
  ];
}

function modeOf(path: string): number {
  return statSync(path, { throwIfNoEntry: false })?.mode ?? 0;
}

function isThere(path: string): boolean {
  return statSync(path, { throwIfNoEntry: false })?.isFile() === true;
}
