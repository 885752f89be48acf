/** What a store has attachments made again with: the built reader, and the limits of an empty config. */
import { join } from 'node:path';
import { DEFAULT_LIMITS } from '../../../src/config/limits.ts';
import { attachmentsAgain } from '../../../src/reading/read.ts';
import { ROOT } from '../../process/desk.ts';

export const READER = { node: process.execPath, script: join(ROOT, 'dist', 'reader.cjs') };
export const extract = attachmentsAgain(DEFAULT_LIMITS, READER);
