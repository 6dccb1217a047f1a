/** The operators' command line, as the audit trail names it. */
export const COMMAND_LINE = 'pinctl';

/** The service itself, as the audit trail names it. */
export const SERVICE = 'pinward';

/** No client may have these names: an auditor would take its lines for those of the command line or the service. */
export function isReservedClient(clientId: string): boolean {
  return [COMMAND_LINE, SERVICE, '-', '*'].includes(clientId.trim().toLowerCase());
}

/** Prefix of its persons. A login of the machine follows, which does not say whom a token would name. */
export const COMMAND_LINE_PERSONS = `${COMMAND_LINE}:`;
