/**
 * Charts as SVG, made when a page is written: columns, bars, and the hours of a week. d3-scale says
 * where things stand; colours are classes of the page's style sheet (CHART_STYLE), so that there is
 * no style attribute, and they follow light, dark and print. What a chart shows stands in a table
 * beside it: for whoever listens to a page it is one picture with a name. Pure.
 */
import { scaleBand, scaleLinear } from 'd3-scale';
import { type Html, html, NOTHING } from './markup.ts';

export const CHART_STYLE = `:root{--a:#1d5fa6;--b:#bd5a0b}
@media(prefers-color-scheme:dark){:root{--a:#7fb2ee;--b:#eea05c}}
@media print{:root{--a:#222;--b:#999}.chart{print-color-adjust:exact}figure{break-inside:avoid-page}}
figure{margin:0}
figcaption{font-weight:600;margin:.25rem 0 .75rem}
.chart{display:block;width:100%;max-width:34rem;height:auto;margin:0 0 .75rem}
.chart text{fill:var(--fg);font:11px system-ui,sans-serif}
.chart .scale{fill:var(--dim)}
.chart .grid{stroke:var(--line)}
.chart .a{fill:var(--a)}
.chart .b{fill:var(--b)}
figure table{max-width:34rem;font-size:.9375rem}
figure th,figure td{padding:.2rem 0 .2rem .6rem;overflow-wrap:normal}
figure th:first-child{padding-left:0}
figure tbody th{white-space:nowrap}
figure thead th{vertical-align:bottom}
figure thead th+th{text-align:right}
.wide+.wide{margin-top:.75rem}
@media(max-width:24rem){figure table{font-size:.8125rem}figure th,figure td{padding-left:.3rem}}
`;

export interface Series {
  readonly name: string;
  readonly values: readonly number[];
}

interface Box {
  readonly x: number;
  readonly y: number;
  readonly width: number;
  readonly height: number;
}

/** It is as wide as a small telephone, and grows to half as much again. */
const WIDTH = 360;
const COLUMNS_HEIGHT = 190;
const PLOT = { left: 30, right: 12, top: 22, bottom: 20 };
const CLASSES = ['a', 'b'] as const;
/** Labels that find room below. */
const MOST_LABELS = 6;

/** A column for each label and series, beside each other; series are named above. */
export function columns(name: string, labels: readonly string[], series: readonly Series[]): Html {
  const bottom = COLUMNS_HEIGHT - PLOT.bottom;
  const x = scaleBand(
    labels.map((_, n) => n),
    [PLOT.left, WIDTH - PLOT.right],
  ).padding(0.25);
  const most = Math.max(1, ...series.flatMap(({ values }) => values));
  const y = scaleLinear([0, most], [bottom, PLOT.top]).nice(4);
  const width = x.bandwidth() / series.length;
  const step = Math.ceil(labels.length / MOST_LABELS);
  const ticks = y.ticks(4).filter(Number.isInteger);
  return drawing(name, COLUMNS_HEIGHT, [
    ...(series.length < 2 ? [] : series.map((one, n) => legend(one.name, n))),
    ...ticks.map(
      (
        tick,
      ) => html`<line class="grid" x1="${PLOT.left}" x2="${WIDTH - PLOT.right}" y1="${round(y(tick))}" y2="${round(y(tick))}"/><text class="scale" x="${PLOT.left - 5}" y="${round(y(tick) + 4)}" text-anchor="end">${tick}</text>
`,
    ),
    ...series.flatMap(({ values }, n) =>
      values.map((value, at) =>
        rect(CLASSES[n] ?? 'a', {
          x: (x(at) ?? 0) + n * width,
          y: y(value),
          width,
          height: bottom - y(value),
        }),
      ),
    ),
    // The last one is always named: it is today.
    ...labels.map((label, at) =>
      (labels.length - 1 - at) % step !== 0
        ? NOTHING
        : html`<text class="scale" x="${round((x(at) ?? 0) + x.bandwidth() / 2)}" y="${COLUMNS_HEIGHT - 6}" text-anchor="middle">${label}</text>
`,
    ),
  ]);
}

const BAR_ROW = 34;

/** A bar for each row, below its label. */
export function bars(name: string, rows: readonly (readonly [string, number])[]): Html {
  const x = scaleLinear([0, Math.max(1, ...rows.map(([, value]) => value))], [0, WIDTH - 44]);
  return drawing(
    name,
    rows.length * BAR_ROW,
    rows.flatMap(([label, value], n) => [
      html`<text x="0" y="${n * BAR_ROW + 12}">${label}</text>
`,
      rect('a', { x: 0, y: n * BAR_ROW + 17, width: x(value), height: 11 }),
      html`<text class="scale" x="${round(x(value) + 5)}" y="${n * BAR_ROW + 27}">${value}</text>
`,
    ]),
  );
}

const CELL_HEIGHT = 17;
const HOURS_LEFT = 32;
const FAINTEST = 0.07;

/** A cell for each hour of each day: the more, the stronger. */
export function hours(
  name: string,
  days: readonly string[],
  values: readonly (readonly number[])[],
): Html {
  const x = scaleBand(values[0]?.map((_, hour) => hour) ?? [], [HOURS_LEFT, WIDTH]).padding(0.08);
  const most = Math.max(1, ...values.flat());
  const strength = scaleLinear([0, most], [FAINTEST, 1]);
  const below = days.length * CELL_HEIGHT;
  return drawing(name, below + 18, [
    ...days.map(
      (day, n) => html`<text class="scale" x="0" y="${n * CELL_HEIGHT + 13}">${day}</text>
`,
    ),
    ...values.flatMap((row, n) =>
      row.map((value, hour) =>
        rect(
          'a',
          {
            ...{ x: x(hour) ?? 0, y: n * CELL_HEIGHT + 1 },
            ...{ width: x.bandwidth(), height: CELL_HEIGHT - 2 },
          },
          strength(value),
        ),
      ),
    ),
    ...x
      .domain()
      .filter((hour) => hour % 6 === 0)
      .map(
        (
          hour,
        ) => html`<text class="scale" x="${round(x(hour) ?? 0)}" y="${below + 14}">${hour}:00</text>
`,
      ),
  ]);
}

function drawing(name: string, height: number, parts: readonly Html[]): Html {
  return html`<svg class="chart" viewBox="0 0 ${WIDTH} ${height}" role="img" aria-label="${name}" fill="currentColor">
${parts}</svg>
`;
}

function legend(name: string, n: number): Html {
  const x = PLOT.left + n * 90;
  return html`${rect(CLASSES[n] ?? 'a', { x, y: 2, width: 10, height: 10 })}<text x="${x + 15}" y="11">${name}</text>
`;
}

function rect(colour: string, { x, y, width, height }: Box, opacity = 1): Html {
  if (height <= 0 || width <= 0) return NOTHING;
  const fill = opacity === 1 ? NOTHING : html` fill-opacity="${round(opacity)}"`;
  return html`<rect class="${colour}" x="${round(x)}" y="${round(y)}" width="${round(width)}" height="${round(height)}"${fill}/>
`;
}

function round(value: number): number {
  return Math.round(value * 100) / 100;
}
