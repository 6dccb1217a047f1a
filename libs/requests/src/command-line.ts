/** The operators' command line, as the audit trail names it. */
export const COMMAND_LINE = 'pinctl';

/** How its persons begin: a login of the machine follows, which says nothing about who that is in a token. */
export const COMMAND_LINE_PERSONS = `${COMMAND_LINE}:`;
