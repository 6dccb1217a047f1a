import { describe, expect, it } from 'vitest';
import { TimeOrNever } from '#libs/database';
import { PinwardError } from '#libs/errors';
import type { ApiClient } from './api-client.js';
import { gainOf, planChange, type ChangeAsked } from './client-change.js';

const POLICY = {
  secretOverlapHours: 24,
  secretMaxAgeDays: 90,
  refuseOldSecrets: false,
  allowAnyAddress: true,
  requestsPerMinute: 6_000,
};
const { requestsPerMinute: _, ...OF_THE_COMMAND_LINE } = POLICY;
const CLIENT: ApiClient = {
  tenantId: 'default',
  clientId: 'card-backend',
  scopes: ['pin:set', 'pin:validate'],
  person: null,
  allowedAddresses: ['192.0.2.0/24'],
  requestsPerMinute: 600,
  createdAt: new Date('2026-11-25T12:00:00Z'),
  revokedAt: TimeOrNever.never,
  secrets: [],
  keys: [],
};
const gain = (asked: ChangeAsked, changed: Partial<ApiClient> = {}, policy = POLICY) =>
  gainOf(planChange({ ...CLIENT, ...changed }, asked, policy), policy);

describe('a change of a client', () => {
  it('has all that is agreed, before and after, in the order of the contract', () => {
    const asked = { scopes: ['pin:validate', 'pin:set', 'cards:read'], allowedAddresses: ['2001:DB8::/32'] };
    expect(planChange(CLIENT, asked, POLICY)).toEqual({
      clientId: 'card-backend',
      person: null,
      before: {
        scopes: ['pin:set', 'pin:validate'],
        allowedAddresses: ['192.0.2.0/24'],
        requestsPerMinute: 600,
      },
      after: {
        scopes: ['cards:read', 'pin:set', 'pin:validate'],
        allowedAddresses: ['2001:db8::/32'],
        requestsPerMinute: 600,
      },
    });
  });

  it.each<[ChangeAsked, Partial<ApiClient>]>([
    [{ scopes: ['pin:set'] }, {}],
    [{ allowedAddresses: ['192.0.2.7/32'] }, {}],
    [{ allowedAddresses: ['192.0.2.7/32'] }, { allowedAddresses: [] }],
    [{ requestsPerMinute: 1 }, {}],
    [{ requestsPerMinute: 5_999 }, { requestsPerMinute: null }],
    [{ requestsPerMinute: null }, { requestsPerMinute: 6_001 }],
  ])('gives nothing: %j', (asked, changed) => expect(gain(asked, changed)).toBeNull());

  it.each<[ChangeAsked, Partial<ApiClient>, object]>([
    [{ scopes: ['pin:set', 'pin:reset'] }, {}, { scopes: ['pin:reset'] }],
    [{ allowedAddresses: ['192.0.2.0/23'] }, {}, { addresses: true }],
    [{ allowedAddresses: [] }, {}, { addresses: true }],
    [{ requestsPerMinute: 601 }, {}, { rate: true }],
    [{ requestsPerMinute: 6_001 }, { requestsPerMinute: null }, { rate: true }],
    [{ requestsPerMinute: null }, {}, { rate: true }],
  ])('gives something: %j', (asked, changed, given) => {
    expect(gain(asked, changed)).toEqual({ scopes: [], addresses: false, rate: false, ...given });
  });

  it('gives addresses to a client that has none where that means nowhere', () => {
    const nowhere = { ...POLICY, allowAnyAddress: false };
    const asked = { allowedAddresses: ['192.0.2.7/32'] };
    expect(gain(asked, { allowedAddresses: [] }, nowhere)).toMatchObject({ addresses: true });
    expect(gain({ scopes: ['pin:set'] }, { allowedAddresses: [] }, nowhere)).toBeNull();
    expect(() => planChange(CLIENT, { allowedAddresses: [] }, nowhere)).toThrow(PinwardError);
  });

  it('may give a rate where the service’s own is not known', () => {
    for (const [before, requestsPerMinute] of [
      [600, null],
      [null, 1],
    ] as const) {
      const change = planChange({ ...CLIENT, requestsPerMinute: before }, { requestsPerMinute }, POLICY);
      expect(gainOf(change, OF_THE_COMMAND_LINE)).toMatchObject({ rate: true });
    }
    const lower = planChange(CLIENT, { requestsPerMinute: 599 }, POLICY);
    expect(gainOf(lower, OF_THE_COMMAND_LINE)).toBeNull();
  });

  it('judges what it names alone: a client of an earlier version may be odd in the rest', () => {
    const odd = { clientId: 'X', allowedAddresses: ['0.0.0.0/0'], person: 'Ada  Lovelace' };
    const operator = { ...odd, scopes: ['ops:read', 'audit:read'] as const };
    const nowhere = { ...POLICY, allowAnyAddress: false };
    expect(gain({ scopes: ['ops:read'] }, operator, nowhere)).toBeNull();
  });
});
