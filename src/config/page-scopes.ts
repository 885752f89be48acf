/** What pages of HTML may show: figures alone, unless they are for a folder behind a login. */
export const PAGE_SCOPES = ['tickets', 'notes', 'held'] as const;
export type PageScope = (typeof PAGE_SCOPES)[number];
