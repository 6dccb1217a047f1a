import { beforeEach, describe, expect, it } from 'vitest';
import type { CallLines } from './call-lines.js';
import { CountedCalls } from './counted-calls.js';
import type { AuditLine } from '#libs/requests';

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

const STRANGER = { tenantId: '*', clientId: '-', subject: '-', sourceAddress: '192.0.2.1' };
const CALLER = { tenantId: 'default', clientId: 'card-app', subject: 'card-app', sourceAddress: '192.0.2.1' };
const REFUSED = { action: 'api.refused', result: 'TOKEN_INVALID' };

const stranger = (changed: Partial<AuditLine> = {}) =>
  counted.countStranger({ ...STRANGER, ...REFUSED, ...changed });
const caller = (changed: Partial<AuditLine> = {}) =>
  counted.count({ ...CALLER, action: 'api.refused', result: 'SCOPE_MISSING', ...changed });
/** Address and count of each line written since. */
async function told(): Promise<[string | null, unknown][]> {
  written = [];
  await counted.write();
  return written.map(({ sourceAddress, details }) => [sourceAddress, details?.['count']]);
}

describe('counted calls', () => {
  it('of callers are told by client, address and code, once', async () => {
    caller();
    caller();
    caller({ sourceAddress: '192.0.2.2' });
    caller({ result: 'RATE_LIMITED' });
    await counted.write();
    expect(written.map(({ sourceAddress, result, details }) => [sourceAddress, result, details])).toEqual([
      ['192.0.2.1', 'SCOPE_MISSING', { from: NOW.toISOString(), to: NOW.toISOString(), count: 2 }],
      ['192.0.2.2', 'SCOPE_MISSING', expect.objectContaining({ count: 1 })],
      ['192.0.2.1', 'RATE_LIMITED', expect.objectContaining({ count: 1 })],
    ]);
    expect(await told()).toEqual([]);
  });

  it('of strangers are told by the prefix of their address', async () => {
    for (let host = 0; host < 256; host += 1) {
      stranger({ sourceAddress: `192.0.2.${host}` });
      stranger({ sourceAddress: `2001:db8:7:${host}::1` });
    }
    stranger({ sourceAddress: '2001:db8:8::1' });
    expect(await told()).toEqual([
      ['192.0.2.0/24', 256],
      ['2001:db8:7::/48', 256],
      ['2001:db8:8::/48', 1],
    ]);
  });

  it('from ever new networks fill neither memory nor trail, and those that are known go on being told', async () => {
    stranger();
    await told();
    for (let network = 0; network < 1_300; network += 1) {
      stranger({ sourceAddress: `2001:${network.toString(16)}::1` });
      stranger({ sourceAddress: `198.${network % 256}.${Math.floor(network / 256)}.1` });
    }
    for (let call = 0; call < 1_300; call += 1) stranger();
    const lines = await told();
    expect(lines.length).toBeLessThanOrEqual(252);
    expect(lines).toContainEqual(['192.0.2.0/24', 1_300]);
    const rest = new Map(lines.map(([address, count]) => [address, Number(count)]));
    expect((rest.get('::/0') ?? 0) + (rest.get('0.0.0.0/0') ?? 0)).toBe(2_600 - 249);
  });

  it('of strangers take nothing from callers, nor one tenant from another', async () => {
    for (let network = 0; network < 1_000; network += 1) {
      const sourceAddress = `2001:${network.toString(16)}::1`;
      stranger({ sourceAddress });
      stranger({ sourceAddress, tenantId: 'default', clientId: 'card-app' });
      caller({ tenantId: 'other', sourceAddress });
    }
    caller();
    caller({ tenantId: 'elsewhere' });
    const lines = await told();
    expect(lines.filter(([address]) => address === '192.0.2.1')).toEqual([
      ['192.0.2.1', 1],
      ['192.0.2.1', 1],
    ]);
  });

  it('make room when a minute has passed without them', async () => {
    for (let network = 0; network < 250; network += 1) stranger({ sourceAddress: `198.51.${network}.1` });
    await told();
    stranger();
    expect(await told()).toEqual([['0.0.0.0/0', 1]]);
    await told();
    stranger();
    expect(await told()).toEqual([['192.0.2.0/24', 1]]);
  });

  it('are kept while they cannot be written', async () => {
    failing = true;
    stranger();
    await counted.write();
    stranger();
    failing = false;
    expect(await told()).toEqual([['192.0.2.0/24', 2]]);
  });

  it('get a line of their own for the first of each minute and tenant alone, however many come at once', async () => {
    const own = () => Array.from({ length: 100 }, () => counted.takeOwnLine(STRANGER)).filter(Boolean);
    expect(own()).toHaveLength(20);
    expect(counted.takeOwnLine(CALLER)).toBe(true);
    await counted.write();
    expect(own()).toHaveLength(20);
  });
});
