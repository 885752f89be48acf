/**
 * A function that does for the role of the deliveries what that may not do by hand: by the rights
 * of the owner, and with names that nobody can put others before.
 */
export const DEFINER = 'SECURITY DEFINER SET search_path = pg_catalog, pg_temp';
