/** A line of the audit trail (docs/audit.md), as far as lists show it; each member may be missing. */
export interface AuditLine {
  readonly at: string | null;
  readonly action: string;
  readonly phase: string | null;
  readonly result: string | null;
  readonly subject: string | null;
  readonly clientId: string | null;
  readonly sourceAddress: string | null;
  readonly requestId: string | null;
  readonly details: unknown;
}

/** The contract leaves lines open: what is no text where text is expected counts as missing. */
export function auditLineOf(event: Readonly<Record<string, unknown>>): AuditLine {
  const text = (name: string) => {
    const value = event[name];
    return typeof value === 'string' ? value : null;
  };
  return {
    at: text('occurredAt'),
    action: text('action') ?? '?',
    phase: text('phase'),
    result: text('result'),
    subject: text('subject'),
    clientId: text('clientId'),
    sourceAddress: text('sourceAddress'),
    requestId: text('requestId'),
    details: event['details'],
  };
}
