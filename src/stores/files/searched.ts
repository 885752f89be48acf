/**
 * Every whole commit as text, newest first, in blocks, for a search: the texts of each segment of
 * the journal, and the journal itself only if a record is asked for. Lines of format 1 hold their
 * words themselves, and stand before all others.
 */
import { join } from 'node:path';
import { type JournalLine, parseLine, recordIn } from '../../journal/record.ts';
import type { SearchedBlock, SearchedCommit } from '../../journal/search.ts';
import { exists } from '../disk/disk.ts';
import { readFrom } from '../disk/read-pieces.ts';
import type { Journal } from './journal.ts';

const LF = 0x0a;
const BLOCK_BYTES = 256 * 1024;
const OLD_LINE = '{"v":1,';
const SEQ_OF_LINE = /^\{"v":\d+,"seq":(\d+),/;
const SEQ_OF_TEXTS = /^\{"seq":(\d+),/;

export function* searchedBlocks(root: string, journal: Journal): Generator<SearchedBlock> {
  const segments = journal.segments();
  for (const [n, segment] of segments.toReversed().entries()) {
    const [lines, texts] = ['journal', 'texts'].map((folder) => join(root, folder, segment));
    if (lines === undefined || texts === undefined) return;
    const old = isOld(lines) ? readFrom(lines, 0) : Buffer.alloc(0);
    const words = exists(texts) ? readFrom(texts, 0) : Buffer.alloc(0);
    const size = old.length + words.length;
    const share = (before: number) => (n + 1 - before / size) / segments.length;
    const lineOf = linesBySeq(lines);
    for (const { text, at } of blocksOf(words)) {
      const commits = () => linesOf(text).map((line) => commitOf(line, lineOf));
      yield { text, share: share(old.length + at), commits };
    }
    for (const { text, at } of blocksOf(old)) {
      const commits = () => linesOf(text).filter((line) => line.startsWith(OLD_LINE));
      yield { text, share: share(at), commits: () => commits().map(oldCommitOf) };
    }
  }
}

function commitOf(text: string, lineOf: (seq: string) => JournalLine | null): SearchedCommit {
  return { text, record: () => recordOf(lineOf(SEQ_OF_TEXTS.exec(text)?.[1] ?? ''), text) };
}

function oldCommitOf(text: string): SearchedCommit {
  return { text, record: () => recordOf(parseLine(text), null) };
}

function isOld(path: string): boolean {
  return readFrom(path, 0, OLD_LINE.length).toString() === OLD_LINE;
}

/** The lines of a segment, which is read when the first is asked for. */
function linesBySeq(path: string): (seq: string) => JournalLine | null {
  let lines: ReadonlyMap<string, string> | null = null;
  return (seq) => {
    lines ??= new Map(
      [...blocksOf(readFrom(path, 0))].flatMap(({ text }) =>
        linesOf(text).map((line) => [SEQ_OF_LINE.exec(line)?.[1] ?? '', line] as const),
      ),
    );
    return parseLine(lines.get(seq) ?? '');
  };
}

function recordOf(line: JournalLine | null, texts: string | null) {
  return line === null ? null : recordIn(line, texts);
}

/**
 * Its whole lines, some BLOCK_BYTES of them at a time, the last ones first, and where they begin.
 */
function* blocksOf(data: Buffer): Generator<{ readonly text: string; readonly at: number }> {
  for (let end = data.lastIndexOf(LF); end >= 0; ) {
    const before = end < BLOCK_BYTES ? -1 : data.lastIndexOf(LF, end - BLOCK_BYTES);
    yield { text: data.toString('utf8', before + 1, end), at: before + 1 };
    end = before;
  }
}

/** The last one first. */
function linesOf(block: string): readonly string[] {
  return block.split('\n').reverse();
}
