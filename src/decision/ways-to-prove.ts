/**
 * By what one of the staff can prove that a command is theirs, with this config: a login of theirs,
 * or a From that our mail server has authenticated. What is none is not advertised. Pure.
 */
import type { Config } from '../config/config.ts';

type Way = 'login' | 'from';

export function waysToProve(
  name: string | null,
  { staff, authservId, staffProof }: Pick<Config, 'staff' | 'authservId' | 'staffProof'>,
): readonly Way[] {
  const hasLogin = staff.some(
    (person) => (name === null || person.name === name) && person.sasl.length > 0,
  );
  return [
    ...(hasLogin ? (['login'] as const) : []),
    ...(authservId !== null && staffProof === 'authenticated' ? (['from'] as const) : []),
  ];
}

/** Whether an answer of theirs to an address that they alone were given can count (given.ts). */
export function mayConfirm(
  name: string,
  config: Pick<Config, 'staff' | 'authservId' | 'staffProof'>,
): boolean {
  return config.staffProof === 'authenticated' || waysToProve(name, config).includes('login');
}
