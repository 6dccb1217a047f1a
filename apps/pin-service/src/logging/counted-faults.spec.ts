import { describe, expect, it } from 'vitest';
import { databaseFault } from '#libs/database';
import { HsmUnavailable, hsmUnavailable } from '#libs/hsm';
import { CountedFaults } from './counted-faults.js';
import type { LogFields } from './log-record.js';

function faultsAt(clock: { now: number }) {
  const lines: LogFields[] = [];
  const log = { write: (_level: string, fields: LogFields) => void lines.push(fields) };
  return { lines, faults: new CountedFaults(log, () => clock.now) };
}

const fullDisk = () =>
  databaseFault(Object.assign(new Error('could not extend file "base/1": No space left'), { code: '53100' }));

describe('faults of requests', () => {
  it('are told with the cause that is behind them, SQLSTATE or CKR number, and not only with our own code', () => {
    const { lines, faults } = faultsAt({ now: 0 });
    faults.tell(fullDisk(), { requestId: 'r-1' });
    faults.tell(hsmUnavailable(new HsmUnavailable('the device answers CKR 0x30')));
    expect(lines).toMatchObject([
      { requestId: 'r-1', code: 'DATABASE_UNAVAILABLE', cause: '53100' },
      { code: 'HSM_UNAVAILABLE', cause: 'HsmUnavailable: the device answers CKR 0x30' },
    ]);
    expect(JSON.stringify(lines)).not.toContain('No space');
    // Not every fault of the HSM has a number.
    faults.tell(hsmUnavailable(new HsmUnavailable('the HSM queue is full')));
    expect(lines.at(-1)).toMatchObject({ cause: 'HsmUnavailable: the HSM queue is full' });
  });

  it('that come by the thousand are one line a cause and minute, and a count', () => {
    const clock = { now: 0 };
    const { lines, faults } = faultsAt(clock);
    for (let times = 0; times < 2_900; times += 1) faults.tell(fullDisk());
    faults.tell(databaseFault(Object.assign(new Error('the pool'), { code: '53300' })));
    expect(lines.map(({ cause }) => cause)).toEqual(['53100', '53300']);
    faults.tellCounts();
    expect(lines).toHaveLength(2);
    clock.now = 60_000;
    faults.tellCounts();
    expect(lines.slice(2)).toEqual([
      { message: expect.any(String), code: 'DATABASE_UNAVAILABLE', cause: '53100', count: 2_899 },
    ]);
    faults.tell(fullDisk());
    expect(lines).toHaveLength(4);
  });

  it('of more causes than can be told are counted together, so that no flood comes of them', () => {
    const clock = { now: 0 };
    const { lines, faults } = faultsAt(clock);
    for (let round = 0; round < 10; round += 1)
      for (let endpoint = 0; endpoint < 1_000; endpoint += 1)
        faults.tellOf('warn', { message: 'no', endpoint: `e-${endpoint}`, cause: 'HTTP 503' });
    expect(lines).toHaveLength(201);
    expect(lines.at(-1)?.message).toMatch(/further causes/);
    clock.now = 60_000;
    faults.tellCounts();
    const counts = lines.slice(201).map(({ count }) => count ?? 0);
    expect(counts.reduce((sum, count) => sum + count, 0)).toBe(10_000 - 201);
    expect(lines[201]).toMatchObject({ endpoint: 'e-0', cause: 'HTTP 503', count: 9 });
  });
});
