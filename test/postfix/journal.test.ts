/** `"log": "syslog"` on a booted machine: systemd's own journal has the line of a mail. */
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { type Installed, install } from './installed.ts';
import { postfixMissing } from './instance.ts';
import { boot, machineMissing } from './machine.ts';

const missing = postfixMissing() ?? (await machineMissing());

const SCRIPT = `
adduser --system --group --home /nonexistent --no-create-home mailrobot > /dev/null
mailrobot init --domain support-ticket.example --user mailrobot --sendmail /bin/true > /dev/null
sed -i 's/"domain"/"log": "syslog", "domain"/' /etc/mailrobot/config.json
printf 'From: nic@ferrier.example\\nSubject: x\\nMessage-ID: <1@ferrier.example>\\n\\nx\\n' |
  mailrobot new
for _ in $(seq 50); do
  journalctl -t mailrobot -o export | grep -q decision && break
  sleep 0.1
done
journalctl -t mailrobot -o json
`;

describe.skipIf(missing !== undefined)(`on a booted machine ${missing ?? ''}`, () => {
  let installed: Installed;

  beforeAll(async () => {
    installed = await install();
  }, 120_000);

  afterAll(() => installed?.remove());

  test('the journal has one line of a mail, as mail.info of mailrobot', async () => {
    const printed = await boot(SCRIPT, { local: installed.prefix });
    const lines = printed.split('\n').filter((line) => line.startsWith('{'));
    expect(lines.map((line) => JSON.parse(line))).toMatchObject([
      {
        MESSAGE:
          'queue-id=- message-id=<1@ferrier.example> ticket=SUPPORT-7102 decision=opened trust=claimed checks=-',
        ...{ SYSLOG_IDENTIFIER: 'mailrobot', SYSLOG_FACILITY: '2', PRIORITY: '6' },
      },
    ]);
  }, 340_000);
});
