/** What was erased is erased again in an older backup, and nothing that came since. */
import { expect, test } from 'vitest';
import {
  type ErasureMemory,
  emptyMemory,
  rememberedIn,
  remembering,
  rememberingRestore,
} from '../../src/journal/erasing/memory.ts';
import type { Epoch } from '../../src/journal/log.ts';
import { NIC } from '../kit/config.ts';

/** The first commit of which nothing is erased. */
function endIn(memory: ErasureMemory, epochs: readonly Epoch[]): number {
  const { isPerson } = rememberedIn(memory, epochs);
  for (let seq = 1; seq < 100; seq += 1) if (!isPerson(NIC, seq)) return seq;
  return 100;
}

const E1 = { name: 'e1', first: 1 };
const E2 = { name: 'e2', first: 4 };
const E3 = { name: 'e3', first: 6 };
const erasedAt = (epoch: string, seq: number) =>
  remembering(emptyMemory(), { address: NIC }, { epoch, seq });

test.each<[string, ErasureMemory, readonly Epoch[], number]>([
  ['of before, in the same epoch', erasedAt('e1', 10), [E1], 10],
  ['of a restored store that has counted on', erasedAt('e1', 10), [E1, E2], 4],
  ['and of one that was restored twice', erasedAt('e1', 10), [E1, E2, E3], 4],
  ['that an unknown epoch has erased', erasedAt('e2', 10), [E1], 100],
  [
    'that was erased again as this epoch began',
    rememberingRestore(erasedAt('e2', 10), [E1], 'e3'),
    [E1, { name: 'e3', first: 4 }],
    4,
  ],
  [
    'that was erased again, in a backup that is older yet',
    rememberingRestore(erasedAt('e2', 10), [E1], 'e3'),
    [E1],
    100,
  ],
  [
    'of an epoch that a restore knew',
    rememberingRestore(erasedAt('e1', 10), [{ ...E1 }], 'e2'),
    [E1, { name: 'e2', first: 30 }],
    10,
  ],
])('mail %s', (_, memory, epochs, end) => {
  expect(endIn(memory, epochs)).toBe(end);
});
