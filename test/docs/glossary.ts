/** docs/glossary.md: `- **word** (`room/`): meaning. Not: other, words.` */
import { piecesOf } from './documents.ts';

export interface Entry {
  readonly word: string;
  readonly room: string;
  readonly unwanted: readonly string[];
}

export function entriesOf(glossary: string): readonly Entry[] {
  return piecesOf(glossary)
    .filter(({ text }) => text.startsWith('- '))
    .map(({ text }) => {
      const [, word, room, meaning] = /^- \*\*([^*]+)\*\* \(`([^`]+)`\): (.+)$/.exec(text) ?? [];
      if (word === undefined || room === undefined || meaning === undefined) {
        throw new Error(`this is no entry: ${text}`);
      }
      const [, not] = /\bNot: ([^.]+)\./.exec(meaning) ?? [];
      return { word, room: room.replace(/\/$/, ''), unwanted: not?.split(', ') ?? [] };
    });
}
