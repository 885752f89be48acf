/** Columns of a text that is not of ASCII alone. Loaded for such a text (build/late.ts). */
export { default as wideWidth } from 'string-width';
