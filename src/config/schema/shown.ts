/**
 * What is shown of a value that is wrong: in one line, and no password or secret of it, since what
 * is wrong with a config also stands in logs and on the pages of a monitoring system. Pure.
 */
const SECRET = /^(?:secret|password)$/;
/** Of an address of a database: `://desk:password@`, `?password=…`, `password=…`. */
const IN_ADDRESS = /(:\/\/[^:@/\s]*:)[^@\s]*(?=@)|(\bpassword\s*=\s*)[^&\s]*/g;
const HIDDEN = '...';

/** `key`: its last name, of `subscribers.0.secret` that is `secret`. */
export function shown(key: string, value: unknown): string {
  const name = key.slice(key.lastIndexOf('.') + 1);
  if (SECRET.test(name)) return 'a text that is not shown here';
  return oneLine(JSON.stringify(value, withoutSecrets));
}

function withoutSecrets(name: string, value: unknown): unknown {
  if (SECRET.test(name)) return HIDDEN;
  return typeof value === 'string' ? value.replace(IN_ADDRESS, `$1$2${HIDDEN}`) : value;
}

export function oneLine(text: string): string {
  const flat = text.replace(/\s+/g, ' ');
  return flat.length > 80 ? `${flat.slice(0, 77)}...` : flat;
}
