/**
 * Every whole commit as text, newest first, for a search: the texts of each segment of the journal,
 * and the journal itself only if a record is asked for. Lines of format 1 hold their words
 * themselves, and stand before all others.
 */
import { join } from 'node:path';
import { type JournalLine, parseLine, recordIn } from '../../journal/record.ts';
import type { SearchedCommit } from '../../journal/search.ts';
import { exists } from './disk.ts';
import type { Journal } from './journal.ts';
import { readFrom } from './read-pieces.ts';

const LF = 0x0a;
const OLD_LINE = '{"v":1,';
const SEQ_OF_LINE = /^\{"v":\d+,"seq":(\d+),/;
const SEQ_OF_TEXTS = /^\{"seq":(\d+),/;

export function* searchedCommits(root: string, journal: Journal): Generator<SearchedCommit> {
  const segments = journal.segments();
  for (const [n, segment] of segments.toReversed().entries()) {
    const [lines, texts] = ['journal', 'texts'].map((folder) => join(root, folder, segment));
    if (lines === undefined || texts === undefined) return;
    const old = isOld(lines) ? readFrom(lines, 0) : Buffer.alloc(0);
    const words = exists(texts) ? readFrom(texts, 0) : Buffer.alloc(0);
    const size = old.length + words.length;
    const share = (before: number) => (n + 1 - before / size) / segments.length;
    const lineOf = linesBySeq(lines);
    for (const { text, at } of wholeLines(words)) {
      yield {
        text,
        share: share(old.length + at),
        record: () => recordOf(lineOf(SEQ_OF_TEXTS.exec(text)?.[1] ?? ''), text),
      };
    }
    for (const { text, at } of wholeLines(old)) {
      if (!text.startsWith(OLD_LINE)) continue;
      yield { text, share: share(at), record: () => recordOf(parseLine(text), null) };
    }
  }
}

function isOld(path: string): boolean {
  return readFrom(path, 0, OLD_LINE.length).toString() === OLD_LINE;
}

/** The lines of a segment, which is read when the first is asked for. */
function linesBySeq(path: string): (seq: string) => JournalLine | null {
  let lines: ReadonlyMap<string, string> | null = null;
  return (seq) => {
    lines ??= new Map(
      [...wholeLines(readFrom(path, 0))].map(({ text }) => [
        SEQ_OF_LINE.exec(text)?.[1] ?? '',
        text,
      ]),
    );
    return parseLine(lines.get(seq) ?? '');
  };
}

function recordOf(line: JournalLine | null, texts: string | null) {
  return line === null ? null : recordIn(line, texts);
}

/** Each as text, the last one first, and where it begins. */
function* wholeLines(data: Buffer): Generator<{ readonly text: string; readonly at: number }> {
  for (let end = data.lastIndexOf(LF); end >= 0; ) {
    const before = end === 0 ? -1 : data.lastIndexOf(LF, end - 1);
    yield { text: data.toString('utf8', before + 1, end), at: before + 1 };
    end = before;
  }
}
