import { beforeEach, describe, expect, it } from 'vitest';
import type { AuditLine } from '#libs/database';
import type { CallLines } from './call-lines.js';
import { CountedCalls } from './counted-calls.js';

const NOW = new Date('2026-03-01T12:00:00Z');
let written: AuditLine[];
let failing: boolean;
let counted: CountedCalls;

beforeEach(() => {
  written = [];
  failing = false;
  const lines: Pick<CallLines, 'append'> = {
    append: async (line) => {
      if (failing) throw new Error('the database is away');
      written.push(line);
    },
  };
  counted = new CountedCalls(lines as CallLines, () => NOW);
});

const count = (changed: Partial<AuditLine> = {}) =>
  counted.count({
    ...{ tenantId: '*', clientId: '-', subject: '-', sourceAddress: '192.0.2.1' },
    ...{ action: 'api.refused', result: 'TOKEN_INVALID' },
    ...changed,
  });
const counts = () => written.map(({ clientId, result, details }) => [clientId, result, details?.['count']]);

describe('counted calls', () => {
  it('are told by client, address and code, once', async () => {
    for (let call = 0; call < 3; call += 1) count();
    count({ clientId: 'card-app', tenantId: 'default', result: 'SCOPE_MISSING' });
    count({ sourceAddress: '192.0.2.2' });
    await counted.write();
    expect(counts()).toEqual([
      ['-', 'TOKEN_INVALID', 3],
      ['card-app', 'SCOPE_MISSING', 1],
      ['-', 'TOKEN_INVALID', 1],
    ]);
    expect(written[0]).toMatchObject({
      ...{ action: 'api.refused', cardId: null, eventNo: null },
      details: { from: NOW.toISOString(), to: NOW.toISOString() },
    });
    await counted.write();
    expect(written).toHaveLength(3);
  });

  it('from ever new addresses fill neither memory nor trail: the rest is told together', async () => {
    for (let call = 0; call < 5_000; call += 1) count({ sourceAddress: `2001:db8::${call.toString(16)}` });
    await counted.write();
    expect(written).toHaveLength(1_001);
    expect(written.at(-1)).toMatchObject({ sourceAddress: null, details: { count: 4_000 } });
  });

  it('are kept while they cannot be written', async () => {
    failing = true;
    count();
    await counted.write();
    count();
    failing = false;
    await counted.write();
    expect(counts()).toEqual([['-', 'TOKEN_INVALID', 2]]);
  });
});
