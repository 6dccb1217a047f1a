import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { isUsable, KEY_KINDS, keyLabel } from '#libs/hsm';
import type { CeremonyToken } from '#libs/key-ceremony';
import { readRegisteredKeys } from '#libs/keys';
import { CeremonyCalendar, openToken } from './ceremony-calendar.js';
import { KeysKit } from './keys-kit.js';

const YEAR = 365;

let kit: KeysKit;
let token: CeremonyToken;
beforeAll(async () => {
  kit = await KeysKit.open();
  token = openToken(kit);
});
afterAll(async () => {
  token[Symbol.dispose]();
  await kit[Symbol.asyncDispose]();
});

describe('three years of the key calendar', () => {
  it('every kind is rotated when it is due and retired when its time is over, and nothing is left behind', async () => {
    // Weekly transport keys are played in the evidence; here they come each quarter.
    const calendar = new CeremonyCalendar(kit, token, { 'pin-transport': 91 });
    await calendar.begin();
    await calendar.play(3 * YEAR + 10);
    expect(calendar.done.rotated).toEqual({
      'pin-transport': 12,
      'pin-wrapping': 3,
      lookup: 3,
      otp: 12,
      'card-vault': 3,
      secrets: 3,
      'token-signing': 12,
      'audit-signing': 3,
      'manifest-signing': 1,
    });
    expect(calendar.done.retired).toEqual(calendar.done.rotated);
    const keys = await readRegisteredKeys(kit.owner);
    expect(
      keys
        .filter(isUsable)
        .map(({ kind, state }) => [kind, state])
        .toSorted(),
    ).toEqual(KEY_KINDS.map((kind) => [kind, 'current']).toSorted());
    const known = new Set(keys.map(keyLabel));
    expect(token.objects().filter(({ label }) => !known.has(label))).toEqual([]);
  }, 120_000);
});
