/** For mails that are plain: no other process reads them. */
import type { ReaderProgram } from '../../src/reading/reader-process.ts';

export const NO_READER: ReaderProgram = {
  start: () => {
    throw new Error('this mail was to be read here');
  },
};
