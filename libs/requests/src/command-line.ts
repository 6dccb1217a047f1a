/** The operators' command line, as the audit trail names it. */
export const COMMAND_LINE = 'pinctl';

/** The service itself, as the audit trail names it. */
export const SERVICE = 'pinward';

/** Names that no client of anybody may have: an auditor would take its lines for others'. */
export function isReservedClient(clientId: string): boolean {
  return [COMMAND_LINE, SERVICE, '-', '*'].includes(clientId.trim().toLowerCase());
}

/** How its persons begin: a login of the machine follows, which says nothing about who that is in a token. */
export const COMMAND_LINE_PERSONS = `${COMMAND_LINE}:`;
