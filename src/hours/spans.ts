/**
 * Spans of time: from one millisecond up to, and without, another one. In a list of them each ends
 * before the next one begins. Pure.
 */
export interface Span {
  readonly from: number;
  readonly to: number;
}

/** The same times as such a list; what has no length is left out. */
export function united(spans: readonly Span[]): readonly Span[] {
  const all: Span[] = [];
  for (const span of spans.filter(({ from, to }) => to > from).toSorted(byBeginning)) {
    const last = all.at(-1);
    if (last === undefined || span.from > last.to) all.push(span);
    else all[all.length - 1] = { from: last.from, to: Math.max(last.to, span.to) };
  }
  return all;
}

/** Of these times what is not in those; both are such lists. */
export function without(spans: readonly Span[], those: readonly Span[]): readonly Span[] {
  return spans.flatMap((span) => {
    const left: Span[] = [];
    let { from } = span;
    for (let at = firstEndingAfter(those, span.from); at < those.length; at += 1) {
      const other = those[at];
      if (other === undefined || other.from >= span.to) break;
      if (other.from > from) left.push({ from, to: other.from });
      from = other.to;
    }
    if (from < span.to) left.push({ from, to: span.to });
    return left;
  });
}

/** Of such a list what is within the span. */
export function within(spans: readonly Span[], { from, to }: Span): readonly Span[] {
  const found: Span[] = [];
  for (let at = firstEndingAfter(spans, from); at < spans.length; at += 1) {
    const span = spans[at];
    if (span === undefined || span.from >= to) break;
    found.push({ from: Math.max(from, span.from), to: Math.min(to, span.to) });
  }
  return found;
}

export function lengthOf(spans: readonly Span[]): number {
  return spans.reduce((sum, { from, to }) => sum + to - from, 0);
}

/** Where the first one stands that ends after that time. */
function firstEndingAfter(spans: readonly Span[], time: number): number {
  let [low, high] = [0, spans.length];
  while (low < high) {
    const middle = (low + high) >> 1;
    if ((spans[middle]?.to ?? time) > time) high = middle;
    else low = middle + 1;
  }
  return low;
}

function byBeginning(a: Span, b: Span): number {
  return a.from - b.from;
}
