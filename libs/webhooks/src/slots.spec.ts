import { describe, expect, it } from 'vitest';
import { Slots } from './slots.js';

const TOTAL = 48;

/** What a lane does while this tenant's jobs do not end. */
function fill(slots: Slots, tenant: string): number {
  let held = 0;
  while (slots.free > 0 && !slots.full.includes(tenant)) {
    const { share } = slots;
    for (let taken = 0; taken < share; taken += 1) slots.hold(tenant);
    held += share;
  }
  return held;
}

describe('slots', () => {
  it('are left free by tenants that come one after the other and never give one back', () => {
    const slots = new Slots(TOTAL);
    const held = Array.from({ length: 7 }, (_, tenant) => fill(slots, `tenant-${tenant}`));
    // A third of what the previous one has left, and at most one batch more.
    expect(held[0]).toBeLessThanOrEqual(TOTAL / 3 + 2);
    expect(held.every((count) => count > 0)).toBe(true);
    expect(slots.free).toBeGreaterThan(0);
  });

  it('that come free are not for tenants that have their share, but for one that has none', () => {
    const slots = new Slots(TOTAL);
    const tenants = Array.from({ length: 40 }, (_, tenant) => `tenant-${tenant}`);
    for (const tenant of tenants) fill(slots, tenant);
    expect(slots.free).toBe(0);
    slots.release('tenant-0');
    expect(slots.full).toContain('tenant-0');
    expect(slots.full).not.toContain('new');
    expect(fill(slots, 'new')).toBe(1);
  });

  it('are all given again when they were released', () => {
    const slots = new Slots(3);
    expect(fill(slots, 'a')).toBe(1);
    slots.release('a');
    expect([slots.free, slots.full]).toEqual([3, []]);
  });
});
