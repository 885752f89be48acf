/** What a store has attachments made again with: the built reader, and the limits of an empty config. */
import { join } from 'node:path';
import { DEFAULT_LIMITS } from '../../../src/config/limits.ts';
import { attachmentsAgain } from '../../../src/reading/read.ts';
import { startOfReader } from '../../../src/runtime/self.ts';
import { ROOT } from '../../process/desk.ts';

export const READER = {
  start: (memoryBytes: number) => startOfReader(join(ROOT, 'dist'), memoryBytes),
};
export const extract = attachmentsAgain(DEFAULT_LIMITS, READER);
