import {
  QueryRunnerAlreadyReleasedError,
  QueryRunnerProviderAlreadyReleasedError,
  TransactionNotStartedError,
} from 'typeorm';
import { PinwardError } from '#libs/errors';

/**
 * What a failed statement means for its transaction. `connection-lost`: it may have committed, may still commit, or
 * neither. `conflict`: it was rolled back because of a concurrent one, and may be run again. `unavailable`: it was
 * rolled back, or never sent, for a reason that passes. `defect`: it was rolled back for a reason that does not pass.
 */
export type FaultKind = 'connection-lost' | 'conflict' | 'unavailable' | 'defect';

/** SQLSTATE classes and codes (PostgreSQL, appendix A). */
const CONFLICTS = /^(23505|40001|40P01)$/;
const LOST = /^(08...|57P01|57P02|57P03|57P05)$/;
const PASSING = /^(53...|55P03|55006|57014|25006|25P03|25P04|58030)$/;

/** Codes of Node's sockets and resolver, such as EPIPE; no SQLSTATE begins with E. */
const SOCKET_FAULTS = /^E[A-Z]+$/;

/** pg's and TypeORM's own errors carry no code. */
const POOL_FAULTS = /timeout exceeded when trying to connect|pool after calling end|not connected/i;
const CONNECTION_FAULTS = /connection terminated|connection error|not queryable|query read timeout|socket/i;

/** TypeORM's errors for the next statement when a connection was lost between two statements of a transaction. */
const DIED_BETWEEN = [
  QueryRunnerAlreadyReleasedError,
  QueryRunnerProviderAlreadyReleasedError,
  TransactionNotStartedError,
];

const RETRY_AFTER_SECONDS = 1;

export function kindOfFault(fault: unknown): FaultKind {
  if (DIED_BETWEEN.some((type) => fault instanceof type)) return 'connection-lost';
  const { code, message } = describe(fault);
  if (SOCKET_FAULTS.test(code)) return 'connection-lost';
  if (CONFLICTS.test(code)) return 'conflict';
  if (LOST.test(code)) return 'connection-lost';
  if (PASSING.test(code)) return 'unavailable';
  if (/^[0-9A-Z]{5}$/.test(code)) return 'defect';
  if (POOL_FAULTS.test(message)) return 'unavailable';
  return CONNECTION_FAULTS.test(message) ? 'connection-lost' : 'defect';
}

/**
 * The error that a caller may see. Its cause, for the log, has only code and primary message. The original also holds
 * the failing row and the statement's parameters, so it goes no further.
 */
export function databaseFault(fault: unknown): PinwardError {
  if (fault instanceof PinwardError) return fault;
  const { code, message } = describe(fault);
  const cause = Object.assign(new Error(`database: ${message}${code === '' ? '' : ` (${code})`}`), { code });
  return kindOfFault(fault) === 'defect'
    ? new PinwardError('INTERNAL', {}, { cause })
    : new PinwardError('DATABASE_UNAVAILABLE', {}, { cause, retryAfterSeconds: RETRY_AFTER_SECONDS });
}

function describe(fault: unknown): { code: string; message: string } {
  if (!(fault instanceof Error)) return { code: '', message: 'unknown fault' };
  const code = 'code' in fault && typeof fault.code === 'string' ? fault.code : '';
  return { code, message: fault.message };
}
