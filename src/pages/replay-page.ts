/**
 * Mails whose decision has changed, as it was and as it would be; then the count. Pure.
 */
import type { Decision } from '../ticket/decision.ts';
import { inertLine } from './inert.ts';

interface Row {
  readonly file: string;
  readonly replayed: {
    readonly was: Decision | null;
    readonly is: Decision;
    readonly differs: readonly string[];
  };
}

export function replayPage(rows: readonly Row[]): string {
  const lines: string[] = [];
  let unknown = 0;
  let different = 0;
  for (const { file, replayed } of rows) {
    const { was, is, differs } = replayed;
    if (was === null) unknown += 1;
    else if (differs.length === 0) continue;
    else different += 1;
    lines.push(inertLine(file));
    if (was !== null) lines.push(`  was  ${decisionLine(was)}`);
    lines.push(`  now  ${decisionLine(is)}`);
  }
  const same = rows.length - unknown - different;
  lines.push(
    `${rows.length === 1 ? 'One mail' : `${rows.length} mails`}: ${same} as before, ${different} otherwise, ${unknown} that the store does not know.`,
  );
  return `${lines.join('\n')}\n`;
}

function decisionLine({ intent, route, trust, why, spoke, rules = [] }: Decision): string {
  const checks = spoke.map(({ check }) => check).join(', ');
  const where = route === '' ? intent : `${intent} ${route}`;
  const did = rules.map((one) => `; rule ${one.rule}: ${one.did}`).join('');
  return inertLine(`${where}; ${trust}: ${checks === '' ? why : checks}${did}`);
}
