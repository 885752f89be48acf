/**
 * A mail put down for as long as it is read more than once: in a folder of its own
 * that nobody else may enter, and gone when `use` has ended.
 */
import { createWriteStream } from 'node:fs';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { pipeline } from 'node:stream/promises';

export async function spooled<T>(
  mail: AsyncIterable<Buffer>,
  use: (file: string) => Promise<T>,
): Promise<T> {
  const directory = await mkdtemp(join(tmpdir(), 'mailrobot-mail-'));
  try {
    const file = join(directory, 'mail');
    await pipeline(mail, createWriteStream(file));
    return await use(file);
  } finally {
    await rm(directory, { recursive: true, force: true });
  }
}
