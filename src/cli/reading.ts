/** A file that a person has named: what cannot be read is one line that names it. */
import { Refused } from './refused.ts';

export function reading<T>(name: string, read: () => T): T {
  try {
    return read();
  } catch (error) {
    const code = error instanceof Error && 'code' in error ? String(error.code) : 'unreadable';
    throw new Refused(`${name}: ${code === 'ENOENT' ? 'there is no such file' : code}`);
  }
}
