/**
 * A plan in a robot's own words, which it will carry out itself: one line,
 * `{"type": "plan", "text": "…", "data": …}`, and nothing but it.
 *
 * The text is sent to whoever asked, as it stands: it is short, and plain. What of a request is in
 * it is there because the robot has put it there, and has to have checked it. Pure.
 */
import { objectIn } from '../feed/read-order.ts';

export interface OwnPlan {
  readonly text: string;
  /** JSON, for its second run. */
  readonly data: string;
}

const MAX_CHARACTERS = 2000;
const MAX_LINES = 40;
const MAX_LINE_CHARACTERS = 200;
const MAX_DATA_BYTES = 16 * 1024;

/** null if it has written something else. */
export function readPlanLine(output: string): OwnPlan | { readonly wrong: string } | null {
  const value = objectIn(output.replace(/^\uFEFF/, ''));
  if (value?.['type'] !== 'plan') return null;
  const { type: _, text, data = null, ...more } = value;
  if (Object.keys(more).length > 0 || typeof text !== 'string' || text.trim() === '') {
    return { wrong: 'a plan has a "text", "data" if it wants, and nothing else' };
  }
  const lines = text.trim().split('\n');
  const isLong =
    text.length > MAX_CHARACTERS ||
    lines.length > MAX_LINES ||
    lines.some((line) => line.length > MAX_LINE_CHARACTERS);
  if (isLong) {
    return {
      wrong: `the text of a plan has ${MAX_CHARACTERS} characters at most, in ${MAX_LINES} lines of ${MAX_LINE_CHARACTERS}`,
    };
  }
  if (lines.some((line) => /[\p{Cc}\p{Cf}\p{Cs}\u2028\u2029]/u.test(line))) {
    return { wrong: 'the text of a plan holds characters that cannot be seen' };
  }
  const kept = JSON.stringify(data);
  if (Buffer.byteLength(kept) > MAX_DATA_BYTES) {
    return { wrong: `the data of a plan has ${MAX_DATA_BYTES} octets at most` };
  }
  return { text: lines.join('\n'), data: kept };
}
