/** Figures of the desk as monitoring plugins print them behind a bar. Pure. */
/** A figure as monitoring plugins print it; ranges are theirs. */
export interface Figure {
  readonly label: string;
  readonly value: number;
  readonly unit: '' | 's' | '%' | 'MB';
  /** `900` is above that, `10:` is below. */
  readonly warning?: string;
  readonly critical?: string;
}

/** `outbox=2;; outbox_age=1200s;900;7200` (the development guidelines of Monitoring Plugins). */
export function perfdata(rows: readonly { readonly figures: readonly Figure[] }[]): string {
  return rows
    .flatMap(({ figures }) => figures)
    .map(({ label, value, unit, warning = '', critical = '' }) => {
      const ranges = warning === '' && critical === '' ? '' : `;${warning};${critical}`;
      return `${label}=${value}${unit}${ranges}`;
    })
    .join(' ');
}
