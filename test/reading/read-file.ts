/**
 * A mail file read within this process: the message, and its attachments'
 * octets in order.
 */
import { readFileSync } from 'node:fs';
import { DEFAULT_LIMITS, type ReadLimits } from '../../src/config/limits.ts';
import { type ParsedMessage, parseMessage } from '../../src/reading/message.ts';

export interface ReadFile {
  readonly message: ParsedMessage;
  readonly files: readonly Buffer[];
}

export function readFile(path: string, limits: ReadLimits = DEFAULT_LIMITS): Promise<ReadFile> {
  return readOctets(readFileSync(path), limits);
}

export async function readOctets(
  octets: Buffer,
  limits: ReadLimits = DEFAULT_LIMITS,
): Promise<ReadFile> {
  const files: Buffer[] = [];
  const message = await parseMessage(
    {
      chunks: () => [octets],
      openAttachment: (n) => {
        files[n - 1] = Buffer.alloc(0);
        return {
          write: (chunk) => {
            files[n - 1] = Buffer.concat([files[n - 1] ?? Buffer.alloc(0), chunk]);
          },
          close: () => {},
        };
      },
    },
    limits,
  );
  return { message, files };
}
