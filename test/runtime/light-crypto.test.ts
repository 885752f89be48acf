/** What stands in the place of node:crypto in the build says what that says. */
import * as node from 'node:crypto';
import { expect, test } from 'vitest';
import * as light from '../../src/runtime/light-crypto.ts';
import { saidBy } from './said-by-crypto.ts';

test('with node it is what node says', () => {
  expect(saidBy(light)).toEqual(saidBy(node as typeof light));
});
