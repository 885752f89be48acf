/**
 * Checks every invariant of a store in a database and says what it found.
 *
 * The journal is read whole, with its texts, each line behind the one that it names, and everything
 * that follows from it is compared with what stands in the tables: rows, marks, raw mail, copies and
 * attachments by their octets (hashed by the server), the head. All of it as one commit has left it:
 * the caller has begun a transaction that sees no other. Changes nothing.
 */
import { briefRow } from '../../journal/brief.ts';
import { hashOf, NO_LINE } from '../../journal/chain.ts';
import { Expected } from '../../journal/expected.ts';
import type { Finding } from '../../journal/maintenance.ts';
import { Failure } from '../../outcome.ts';
import type { Sum } from '../../ticket/mail.ts';
import { type Head, headOf, linesBehind, recordOfRow } from './commit-reader.ts';
import { differences, type Problem } from './derived.ts';
import type { Ask } from './gathering.ts';
import { readKeys } from './identity.ts';

export interface Checked {
  readonly findings: readonly Finding[];
  readonly commits: number;
}

export async function check(ask: Ask): Promise<Checked> {
  const findings: Finding[] = [];
  const orFinding = async (file: string, work: () => Promise<void>): Promise<void> => {
    try {
      await work();
    } catch (error) {
      if (!(error instanceof Failure) || error.end !== 'store-damaged') throw error;
      findings.push({ file, problem: error.message, isRebuildable: false });
    }
  };
  await orFinding('keys', async () => {
    await readKeys(ask);
  });
  const head = await headOf(ask);
  await orFinding('journal', async () => {
    const expected = await expectedOf(ask, head);
    for await (const finding of findingsOf(ask, expected)) findings.push(finding);
  });
  return { findings, commits: head.seq };
}

/** Throws a Failure `store-damaged` for a journal that does not read. */
async function expectedOf(ask: Ask, head: Head): Promise<Expected> {
  const expected = new Expected();
  let before = NO_LINE;
  for await (const row of linesBehind(ask, 0, head.seq)) {
    const record = recordOfRow(row);
    const { prev = before } = record;
    if (prev !== before || hashOf(row.line) !== row.hash) {
      throw new Failure('store-damaged', `journal: the line of commit ${row.seq} was changed`);
    }
    before = row.hash;
    expected.add(record, row.hash);
  }
  if (before !== head.hash) {
    throw new Failure('store-damaged', 'journal: the last line is not what was committed');
  }
  const [more] = await ask({
    text: 'SELECT 1 AS found FROM mailrobot.journal WHERE seq > $1 LIMIT 1',
    values: [head.seq],
  });
  if (more !== undefined)
    throw new Failure('store-damaged', 'journal: it has lines behind its head');
  return expected;
}

async function* findingsOf(ask: Ask, expected: Expected): AsyncGenerator<Finding> {
  const { lists } = expected;
  const wanted = { lists, seqOf: () => 0, brief: briefRow };
  for await (const { problem, edit } of differences(ask, wanted)) {
    const file =
      'row' in edit
        ? `rows/${edit.row.list}/${edit.row.key}`
        : `marks/${edit.mark.list}/${edit.mark.ticket}`;
    yield { file, problem: PROBLEMS[problem], isRebuildable: true };
  }
  yield* checkFiles(ask, expected);
}

const PROBLEMS: Readonly<Record<Problem, string>> = {
  missing: 'is missing',
  other: 'is not what was committed',
  left: 'should not be there any more, or never',
};

interface ExpectedFile {
  readonly sum: Sum | null;
  readonly isRebuildable: boolean;
  /** One that waits, or never went, may have none yet. */
  readonly mayMiss: boolean;
}

async function* checkFiles(ask: Ask, expected: Expected): AsyncGenerator<Finding> {
  const left = filesOf(expected);
  for await (const { path, noted, sum } of storedFiles(ask)) {
    const wanted = left.get(path);
    left.delete(path);
    if (wanted === undefined) {
      yield { file: path, problem: 'belongs to no commit', isRebuildable: false };
      continue;
    }
    const { isRebuildable } = wanted;
    // What has not gone may be composed otherwise by now; but its octets are there.
    const { size: octets, sha256 } = wanted.sum ?? noted;
    if (octets !== sum.size) {
      const problem = `has ${sum.size} octets, ${octets} were committed`;
      yield { file: path, problem, isRebuildable };
    } else if (sha256 !== sum.sha256 || noted.sha256 !== sum.sha256) {
      yield { file: path, problem: PROBLEMS.other, isRebuildable };
    }
  }
  for (const [file, { isRebuildable, mayMiss }] of left) {
    if (!mayMiss) yield { file, problem: PROBLEMS.missing, isRebuildable };
  }
  const [lost] = await ask({
    text: `SELECT count(*) AS n FROM (SELECT DISTINCT blob FROM mailrobot.pieces p
      WHERE NOT EXISTS (SELECT FROM mailrobot.files f WHERE f.blob = p.blob)
        AND NOT EXISTS (SELECT FROM mailrobot.brought b WHERE b.blob = p.blob)) AS b`,
  });
  if (Number(lost?.['n']) > 0) {
    const problem = `${String(lost?.['n'])} of them belong to no file`;
    yield { file: 'pieces', problem, isRebuildable: false };
  }
}

function filesOf({ raw, copies, attachments, borrowed }: Expected): Map<string, ExpectedFile> {
  const files = new Map<string, ExpectedFile>();
  for (const [path, sum] of raw) files.set(path, { sum, isRebuildable: false, mayMiss: false });
  for (const { raw: path, isSent, is } of copies.values()) {
    const sum = isSent && 'sha256' in is ? is : null;
    files.set(path, { sum, isRebuildable: false, mayMiss: !isSent });
  }
  for (const sum of borrowed) {
    files.set(sum.path, { sum, isRebuildable: false, mayMiss: false });
  }
  for (const sum of attachments) {
    files.set(sum.path, { sum, isRebuildable: true, mayMiss: false });
  }
  return files;
}

interface StoredSums {
  readonly path: string;
  /** As it was written down. */
  readonly noted: Sum;
  /** What is there. */
  readonly sum: Sum;
}

const FILES_AT_ONCE = 20;

/** Each with the sum of its octets, as the server reads them. */
export async function* storedFiles(ask: Ask, folder = ''): AsyncGenerator<StoredSums> {
  for (let after = ''; ; ) {
    const rows = await ask({
      text: `SELECT f.path, f.size, f.sha256, octet_length(o.octets) AS length,
          encode(sha256(o.octets), 'hex') AS hash
        FROM (SELECT * FROM mailrobot.files WHERE path > $1 AND starts_with(path, $2)
          ORDER BY path LIMIT ${FILES_AT_ONCE}) AS f,
        LATERAL (SELECT coalesce(string_agg(p.octets, ''::bytea ORDER BY p.n), ''::bytea) AS octets
          FROM mailrobot.pieces p WHERE p.blob = f.blob OFFSET 0) AS o
        ORDER BY f.path`,
      values: [after, folder],
    });
    for (const { path, size, sha256, length, hash } of rows) {
      yield {
        path: String(path),
        noted: { size: Number(size), sha256: String(sha256) },
        sum: { size: Number(length), sha256: String(hash) },
      };
    }
    const last = rows.at(-1);
    if (last === undefined) return;
    after = String(last['path']);
  }
}
