/**
 * Names in the config that every object of JavaScript has, such as `constructor`. A map drops them
 * without a word, and a condition that is dropped holds for everything: so no key is one of them.
 */
import type { Problem } from './config.ts';

/** Deeper is nothing in the config. */
const MAX_DEPTH = 8;

function isStrangeName(name: string): boolean {
  return name in {} || name === 'prototype';
}

/** Where they stand as keys, at any depth. */
export function strangeNames(value: unknown, key: string, depth = 0): readonly Problem[] {
  if (typeof value !== 'object' || value === null || depth > MAX_DEPTH) return [];
  return Object.entries(value).flatMap(([name, inner]): readonly Problem[] => {
    const at = `${key}.${name}`;
    const own = isStrangeName(name) ? [{ key: at, problem: IS_STRANGE }] : [];
    return [...own, ...strangeNames(inner, at, depth + 1)];
  });
}

const IS_STRANGE = 'is a name that cannot stand here';
