/** The tenant that every database has from the start. */
export const DEFAULT_TENANT = 'default';
