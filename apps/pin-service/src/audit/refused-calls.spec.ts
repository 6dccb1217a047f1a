import { beforeEach, describe, expect, it } from 'vitest';
import type { AuditLine } from '#libs/database';
import type { CallLines } from './call-lines.js';
import { RefusedCalls } from './refused-calls.js';

const NOW = new Date('2026-03-01T12:00:00Z');
let written: AuditLine[];
let failing: boolean;
let refused: RefusedCalls;

beforeEach(() => {
  written = [];
  failing = false;
  const lines: Pick<CallLines, 'append'> = {
    append: async (line) => {
      if (failing) throw new Error('the database is away');
      written.push(line);
    },
  };
  refused = new RefusedCalls(lines as CallLines, () => NOW);
});

const count = (changed: Partial<AuditLine> = {}) =>
  refused.count({
    ...{ tenantId: '*', clientId: '-', subject: '-', sourceAddress: '192.0.2.1', result: 'TOKEN_INVALID' },
    ...changed,
  });
const counts = () => written.map(({ clientId, result, details }) => [clientId, result, details?.['count']]);

describe('refused calls', () => {
  it('are told by client, address and code, once', async () => {
    for (let call = 0; call < 3; call += 1) count();
    count({ clientId: 'card-app', tenantId: 'default', result: 'SCOPE_MISSING' });
    count({ sourceAddress: '192.0.2.2' });
    await refused.write();
    expect(counts()).toEqual([
      ['-', 'TOKEN_INVALID', 3],
      ['card-app', 'SCOPE_MISSING', 1],
      ['-', 'TOKEN_INVALID', 1],
    ]);
    expect(written[0]).toMatchObject({
      ...{ action: 'api.refused', cardId: null, eventNo: null },
      details: { from: NOW.toISOString(), to: NOW.toISOString() },
    });
    await refused.write();
    expect(written).toHaveLength(3);
  });

  it('from ever new addresses fill neither memory nor trail: the rest is told together', async () => {
    for (let call = 0; call < 5_000; call += 1) count({ sourceAddress: `2001:db8::${call.toString(16)}` });
    await refused.write();
    expect(written).toHaveLength(1_001);
    expect(written.at(-1)).toMatchObject({ sourceAddress: null, details: { count: 4_000 } });
  });

  it('are kept while they cannot be written', async () => {
    failing = true;
    count();
    await refused.write();
    count();
    failing = false;
    await refused.write();
    expect(counts()).toEqual([['-', 'TOKEN_INVALID', 2]]);
  });
});
