/** Arguments and options that many commands have. */

/** The first argument of a command that is about one ticket. */
export const TICKET = [
  '<id>',
  { text: 'SUPPORT-7102, support-7102 or 7102', offers: 'tickets' },
] as const;

export const JSON_OBJECT = { '--json': 'as one JSON object' } as const;

export const JSON_ARRAY = { '--json': 'as one JSON array' } as const;

export const JSON_ROWS = { ...JSON_ARRAY, '--ndjson': 'one JSON object a line' } as const;
