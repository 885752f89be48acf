/** Tables on the way to the desk that Postfix cannot read, and whether it can use its settings. */
import type { BrokenMap } from '../../doctor/facts.ts';
import { valuesIn } from '../../mta/lines.ts';
import type { LookUp } from './ways.ts';

/** Settings that name tables which every mail to the desk is looked up in. */
export const WITH_TABLES = [
  ...['virtual_alias_maps', 'virtual_mailbox_maps', 'transport_maps', 'local_recipient_maps'],
  ...['canonical_maps', 'recipient_canonical_maps', 'header_checks'],
] as const;

/** Of a daemon, of the system, or of no file at all. */
const NO_FILE = /^(?:unix|static|inline|tcp|socketmap|memcache):/;
const ANY_KEY = 'postmaster';

/**
 * Each once, without those of alias_maps, which other settings may name as well. A table that only
 * root may read is not broken for somebody else.
 */
export async function brokenMapsOf(
  settings: ReadonlyMap<string, string>,
  lookUp: LookUp,
): Promise<readonly BrokenMap[]> {
  const isRoot = process.geteuid?.() === 0;
  const seen = new Set(valuesIn(settings.get('alias_maps') ?? '').map(withoutProxy));
  const all = WITH_TABLES.flatMap((setting) =>
    valuesIn(settings.get(setting) ?? '').flatMap((written) => {
      const map = withoutProxy(written);
      if (!/^[a-z]+:/.test(map) || NO_FILE.test(map) || seen.has(map)) return [];
      seen.add(map);
      return [{ setting, map }];
    }),
  );
  const asked = await Promise.all(
    all.map(async ({ setting, map }) => {
      const { problem } = await lookUp('postmap', [ANY_KEY], map);
      return { setting, map, problem };
    }),
  );
  return asked.flatMap(({ setting, map, problem }) => {
    if (problem === null || (!isRoot && problem.endsWith('Permission denied'))) return [];
    return [{ setting, map, problem }];
  });
}

function withoutProxy(map: string): string {
  return map.replace(/^proxy:/, '');
}

/** What every program of Postfix says before it does anything, or null. */
export async function unusableSettings(lookUp: LookUp): Promise<string | null> {
  return (await lookUp('postmap', [ANY_KEY], 'static:x')).problem;
}
