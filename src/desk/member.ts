/** Who of the staff is meant by the name under which something is done. Pure. */
import type { StaffMember } from '../config/config.ts';
import { sameAddress } from '../ticket/ticket.ts';

/** Who acts under that name: the name comes before anybody's login. */
export function memberCalled<Member extends StaffMember>(
  by: string,
  staff: readonly Member[],
): Member | null {
  return (
    staff.find(({ name }) => name === by) ?? staff.find(({ sasl }) => sasl.includes(by)) ?? null
  );
}

/** Whom somebody means: a name in any case, an address, or `me`. */
export function memberMeant<Member extends StaffMember>(
  named: string,
  by: string,
  staff: readonly Member[],
): Member | null {
  const wanted = named.toLowerCase().replace(/^@/, '');
  return (
    memberCalled(named, staff) ??
    staff.find(({ name }) => name.toLowerCase() === wanted) ??
    staff.find(({ addresses = [] }) => addresses.some((one) => sameAddress(one, wanted))) ??
    (wanted === 'me' || wanted === 'myself' ? memberCalled(by, staff) : null)
  );
}

/** That there is nobody of that name, and who there is. */
export function unknownName(name: string, staff: readonly Pick<StaffMember, 'name'>[]): string {
  const known = staff.map((member) => member.name).join(', ') || 'the config names nobody';
  return `nobody on the staff is called "${name}": ${known}`;
}
