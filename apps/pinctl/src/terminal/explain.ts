import { PinwardError, type ErrorCode } from '#libs/errors';

const SENTENCES: Partial<Record<ErrorCode, string>> = {
  CLIENT_NOT_FOUND: 'there is no such client in this tenant, or it is revoked',
  PERSON_NOT_FOUND: 'there is no such person in this tenant',
  PERSON_IN_USE: 'a name that looks like this one is registered: it is the same person',
  SAME_OPERATOR: 'you have asked for it yourself: another person has to do it',
  APPROVER_NOT_ACCEPTED: 'you are not the second person here',
  APPROVAL_CLOSED: 'it is decided already, or its time is over',
  CARD_NOT_FOUND: 'there is no such card in this tenant',
  CARD_FROZEN: 'the card is frozen: pinctl brakes list',
  OPERATIONS_SUSPENDED: 'this is stopped: pinctl brakes list',
  CLIENT_PAUSED: 'its PIN calls are paused: pinctl brakes list',
  BRAKE_NOT_FOUND: 'there is no such brake in this tenant, or it was released: pinctl brakes list',
  INCIDENT_NOT_FOUND: 'there is no such incident in this tenant: pinctl incidents list',
  INCIDENT_NOT_READY: 'its cards are still being found, or it has not ended: pinctl incidents watch',
  INCIDENT_CLOSED: 'it was decided, has ended, or has no card to restore: pinctl incidents show',
  OPERATION_RATE_LIMITED: 'too many incidents of this tenant are open: cancel some, or let them end',
  CARD_CLOSED: 'the card is closed',
  PIN_NOT_LOCKED: 'the card is not locked',
  PIN_RESET_REQUIRED: 'too many failures in a row: only a PIN reset with a one-time password helps',
  PIN_EVALUATION_IN_PROGRESS: 'a PIN is being evaluated now; try again',
  CLIENT_ID_IN_USE: 'another client of this tenant has this id',
  DATABASE_UNAVAILABLE: 'the database could not be used now; try again',
};

/** An API member as an option of the command line. */
const OPTIONS: Readonly<Record<string, string>> = {
  clientId: 'client-id',
  scopes: '--scope',
  person: '--person',
  name: 'name',
  allowedAddresses: '--allow',
  requestsPerMinute: '--requests-per-minute',
  tenant: 'tenant',
  target: 'target',
  triedFrom: '--from',
  triedTo: '--to',
  lockedFrom: '--locked-from',
  lockedTo: '--locked-to',
  sourceAddresses: '--source',
};

interface Fault {
  readonly pointer: string;
  readonly detail: string;
}

/** What went wrong, in a sentence for a person. */
export function explain(error: Error): string {
  if (!(error instanceof PinwardError)) return error.message;
  const faults = error.members['errors'] as readonly Fault[] | undefined;
  if (faults !== undefined) return faults.map((fault) => explainFault(fault)).join('\n        ');
  const sentence = SENTENCES[error.code] ?? error.code;
  return error.cause instanceof Error ? `${sentence} (${error.cause.message})` : sentence;
}

function explainFault({ pointer, detail }: Fault): string {
  const [, member = '', index] = pointer.replace(/^\/filter/, '').split('/');
  const place = index === undefined ? '' : ` (number ${Number(index) + 1})`;
  return `${OPTIONS[member] ?? member}${place} ${detail}`;
}
