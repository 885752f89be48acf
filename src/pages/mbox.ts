/**
 * A mail as an entry of an mbox file, as RFC 4155 has it, with the quoting of mboxrd: a line that
 * begins as the separator does gets one more `>`. Octets stay as they are else. Pure.
 */
const DAYS = ['Sun', 'Mon', 'Tue', 'Wed', 'Thu', 'Fri', 'Sat'];
const MONTHS = [
  ...['Jan', 'Feb', 'Mar', 'Apr', 'May', 'Jun'],
  ...['Jul', 'Aug', 'Sep', 'Oct', 'Nov', 'Dec'],
];

/** `time`: when it came or went. */
export function mboxEntry(mail: Buffer, time: Date): Buffer {
  // One character an octet, there and back.
  const quoted = mail.toString('latin1').replace(/^(>*From )/gm, '>$1');
  const end = quoted.endsWith('\n') ? '\n' : '\n\n';
  return Buffer.from(`From MAILER-DAEMON ${asctime(time)}\n${quoted}${end}`, 'latin1');
}

/** In UTC. */
function asctime(time: Date): string {
  const clock = time.toISOString().slice(11, 19);
  const date = String(time.getUTCDate()).padStart(2);
  const [day, month] = [DAYS[time.getUTCDay()], MONTHS[time.getUTCMonth()]];
  return `${day} ${month} ${date} ${clock} ${time.getUTCFullYear()}`;
}
