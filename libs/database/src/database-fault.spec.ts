import { inspect } from 'node:util';
import { QueryFailedError, QueryRunnerAlreadyReleasedError, TransactionNotStartedError } from 'typeorm';
import { describe, expect, it } from 'vitest';
import { PinwardError } from '#libs/errors';
import { databaseFault, kindOfFault } from './database-fault.js';

const withCode = (code: string, message = 'said'): Error => Object.assign(new Error(message), { code });

describe('kindOfFault', () => {
  it.each([
    [
      'connection-lost',
      ['08006', '57P01', '57P02', '57P03', 'ECONNRESET', 'ECONNREFUSED', 'EPIPE', 'ETIMEDOUT'],
    ],
    ['conflict', ['23505', '40001', '40P01']],
    ['unavailable', ['53300', '55P03', '57014', '25006', '25P03']],
    ['defect', ['42501', '42883', '23514', '22P02', 'XX000']],
  ])('%s: %s', (kind, codes) => {
    for (const code of codes) expect([code, kindOfFault(withCode(code))]).toEqual([code, kind]);
  });

  it.each([
    ['connection-lost', 'Connection terminated unexpectedly'],
    ['connection-lost', 'Client has encountered a connection error and is not queryable'],
    ['connection-lost', 'Query read timeout'],
    ['unavailable', 'timeout exceeded when trying to connect'],
    ['unavailable', 'Cannot use a pool after calling end on the pool'],
    ['defect', 'anything else'],
  ])('%s: %s', (kind, message) => {
    expect(kindOfFault(new Error(message))).toBe(kind);
  });

  it('connection-lost: what TypeORM says of a connection that died between two statements', () => {
    expect(kindOfFault(new QueryRunnerAlreadyReleasedError())).toBe('connection-lost');
    expect(kindOfFault(new TransactionNotStartedError())).toBe('connection-lost');
  });
});

describe('databaseFault', () => {
  const driverError = Object.assign(withCode('23514', 'new row violates check constraint'), {
    detail: 'Failing row contains (5e1f0e1f)',
  });
  const failed = new QueryFailedError('UPDATE cards SET verifier = $1', ['5e1f0e1f'], driverError);

  it('keeps code and message, and neither row nor parameters nor statement', () => {
    const fault = databaseFault(failed);
    expect(fault).toMatchObject({ code: 'INTERNAL', members: {} });
    const everything = inspect(fault, { depth: Infinity, showHidden: true });
    expect(everything).toContain('23514');
    expect(everything).not.toMatch(/5e1f0e1f|UPDATE/);
  });

  it('tells a caller when to come again where that helps', () => {
    expect(databaseFault(withCode('57P01'))).toMatchObject({
      code: 'DATABASE_UNAVAILABLE',
      retryAfterSeconds: 1,
    });
  });

  it('leaves errors alone that callers may see already', () => {
    const fault = new PinwardError('REQUEST_INVALID');
    expect(databaseFault(fault)).toBe(fault);
  });
});
