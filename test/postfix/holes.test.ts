/** What Postfix makes of the lines for addresses with holes, by postmap(1): no Postfix is started. */
import { spawnSync } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { ticketsFile } from '../../src/mta/lines.ts';
import { configOf, DOMAIN } from '../kit/config.ts';

test('each leads to its alias, a ticket to its own, and every other address nowhere', () => {
  const folder = mkdtempSync(join(tmpdir(), 'mailrobot-holes-'));
  try {
    const map = join(folder, 'tickets.regexp');
    const holes = [
      { address: 'support-{word}', to: 'new', isOfRobot: false },
      { address: 'deploy-{service}-{env}', to: 'deploy', isOfRobot: true },
    ];
    writeFileSync(map, `${ticketsFile(configOf(), holes).join('\n')}\n`);
    const leadsTo = (local: string, domain = DOMAIN) =>
      spawnSync('postmap', ['-q', `${local}@${domain}`, `regexp:${map}`])
        .stdout.toString()
        .trim();
    expect(leadsTo('deploy-web-prod')).toBe(`deploy@${DOMAIN}`);
    expect(leadsTo('Deploy-WEB-prod')).toBe(`deploy@${DOMAIN}`);
    expect(leadsTo('support-urgent')).toBe(`new@${DOMAIN}`);
    expect(leadsTo('support-7102')).toBe(`support+7102@${DOMAIN}`);
    for (const other of [
      'deploy',
      'deploy-web',
      'deploy--rf-x',
      'redeploy-web-prod',
      'deploy-..-x',
    ]) {
      expect({ other, to: leadsTo(other) }).toEqual({ other, to: '' });
    }
    expect(leadsTo('deploy-web-prod', 'evil.example')).toBe('');
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
});
