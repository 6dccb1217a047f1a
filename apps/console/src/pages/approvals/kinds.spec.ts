import { describe, expect, it } from 'vitest';
import { nameOfKind, rightsOn, scopeOfKind, type Kind } from './kinds.js';

const NOW = Date.parse('2026-11-29T12:00:00Z');
const ADA = { subject: 'ada', scopes: ['ops:clients'] };

describe('a request of one person', () => {
  it('is decided on by another one with its scope', () => {
    const request = { kind: 'client-create', status: 'pending', requestedBy: 'bob' } as const;
    expect(rightsOn(request, ADA, NOW)).toEqual({
      isOwn: false,
      isOpen: true,
      lacks: null,
      mayCollect: false,
    });
    expect(rightsOn(request, { subject: 'eve', scopes: ['ops:unlock'] }, NOW).lacks).toBe('ops:clients');
    expect(rightsOn({ ...request, requestedBy: 'ada' }, ADA, NOW).isOwn).toBe(true);
  });

  it('gives its secret to who asked, once, within a day', () => {
    const decidedAt = '2026-11-28T13:00:00Z';
    const request = {
      kind: 'client-create',
      status: 'approved',
      requestedBy: 'ada',
      decidedAt,
      collected: false,
    } as const;
    expect(rightsOn(request, ADA, NOW).mayCollect).toBe(true);
    expect(rightsOn(request, ADA, NOW + 3_600_000).mayCollect).toBe(false);
    expect(rightsOn({ ...request, collected: true }, ADA, NOW).mayCollect).toBe(false);
    expect(rightsOn({ ...request, requestedBy: 'bob' }, ADA, NOW).mayCollect).toBe(false);
  });
});

it('a kind of a later version keeps its name, and is left to the service', () => {
  expect(nameOfKind('key-change' as Kind)).toBe('key-change');
  expect(scopeOfKind('key-change' as Kind)).toBeNull();
});
