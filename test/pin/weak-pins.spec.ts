import { randomUUID } from 'node:crypto';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { HsmUnavailable, type RegisteredKey } from '#libs/hsm';
import { WeakPins, type Card } from '#libs/pin';
import { contextOf, lockCard, spendOf, TENANT } from '../store/store-kit.js';
import { FakeHsm } from '../support/fake-hsm.js';
import { openPinKit, useCases, type KnownCard, type PinKit } from './pin-kit.js';

const [WEAK, PIN, NEXT] = ['1234', '553918', '284710'];
const code = (expected: string): unknown => expect.objectContaining({ code: expected });
const asIs = (fault: unknown) => fault;
/** Fewer than one tenant may have in the HSM's queue, so that none is refused for that. */
const AT_ONCE = 40;

let kit: PinKit;
beforeAll(async () => {
  kit = await openPinKit();
});
afterAll(() => kit[Symbol.asyncDispose]());

const set = async (card: KnownCard, pin: string) =>
  await kit.setPin.execute({
    context: contextOf({ path: card.cardId }),
    cardId: card.cardId,
    encryptedPin: await kit.encrypt(pin, card),
    otp: null,
  });
const taggingsOf = ({ cardId }: KnownCard) => kit.hsm.taggings.filter((tagged) => tagged === cardId).length;

describe("a card's tags", () => {
  it('are made once for all weak PINs that are refused at once, and for those after them', async () => {
    const card = await kit.register();
    const refused = await Promise.all(Array.from({ length: AT_ONCE }, () => set(card, WEAK).catch(asIs)));
    for (const answer of refused) expect(answer).toEqual(code('PIN_TOO_WEAK'));
    await expect(set(card, WEAK)).rejects.toThrow(code('PIN_TOO_WEAK'));
    await set(card, PIN);
    await expect(kit.change(card, PIN, WEAK)).rejects.toThrow(code('PIN_TOO_WEAK'));
    expect(taggingsOf(card)).toBe(1);
  });

  it('refuse the same weak PINs on another card, for which they are made anew', async () => {
    const [one, other] = [await kit.register(), await kit.register()];
    for (const card of [one, other]) await expect(set(card, WEAK)).rejects.toThrow(code('PIN_TOO_WEAK'));
    expect([taggingsOf(one), taggingsOf(other)]).toEqual([1, 1]);
  });
});

describe('no tag is made', () => {
  /** A change with everything right, asked for when the card is no longer as it was. */
  async function change(card: KnownCard, meanwhile: () => Promise<unknown>, requestId = randomUUID()) {
    const request = {
      context: contextOf({ path: card.cardId, requestId }),
      cardId: card.cardId,
      currentPin: await kit.encrypt(PIN, card),
      newPin: await kit.encrypt(NEXT, card),
      otp: await kit.otpFor(card, 'pin-change'),
    };
    await meanwhile();
    return await kit.changePin.execute(request);
  }
  async function reset(card: KnownCard, meanwhile: () => Promise<unknown>) {
    const request = {
      context: contextOf({ path: card.cardId }),
      cardId: card.cardId,
      newPin: await kit.encrypt(NEXT, card),
      otp: await kit.otpFor(card, 'pin-reset'),
    };
    await meanwhile();
    return await kit.resetPin.execute(request);
  }
  const inFlight = async ({ cardId }: KnownCard) => await kit.store.spend(spendOf(cardId));
  const locked = async ({ cardId }: KnownCard) => await lockCard(kit.store, cardId);

  let card: KnownCard;
  beforeEach(async () => {
    card = await kit.cardWithPin(PIN);
    kit.hsm.taggings.length = 0;
    // With tags at hand nothing would show.
    kit = { ...kit, ...useCases(kit.hsm, kit.store, kit) };
  });

  it.each([
    ['a change while an evaluation is in flight', change, inFlight, 'PIN_EVALUATION_IN_PROGRESS'],
    ['a reset while an evaluation is in flight', reset, inFlight, 'PIN_EVALUATION_IN_PROGRESS'],
    ['a change of a locked card', change, locked, 'PIN_LOCKED'],
  ] as const)('for %s', async (_what, ask, state, expected) => {
    await expect(ask(card, () => state(card))).rejects.toThrow(code(expected));
    expect(taggingsOf(card)).toBe(0);
  });

  it('for a change whose request id is claimed', async () => {
    const requestId = randomUUID();
    const context = contextOf({ path: card.cardId, requestId, body: 'other' });
    const claimed = () => kit.store.spend(spendOf(card.cardId, { context }));
    await expect(change(card, claimed, requestId)).rejects.toThrow(code('REQUEST_ID_REUSED'));
    expect(taggingsOf(card)).toBe(0);
  });

  it('for a PIN that is set already', async () => {
    await expect(set(card, NEXT)).rejects.toThrow(code('PIN_ALREADY_SET'));
    expect(taggingsOf(card)).toBe(0);
  });
});

describe('what is kept', () => {
  const cardOf = (tenantId: string, cardId: string = randomUUID()): Card => ({
    tenantId,
    cardId,
    cardRef: cardId,
    maskedPan: null,
    pinAccountSource: 'surrogate',
    pinAccount: '123456789012',
    chip: false,
    pendingCommands: [],
    pinStatus: 'unset',
    maxTries: 3,
    triesRemaining: 3,
    failuresWithoutSuccess: 0,
    lockedAt: null,
    pinSetAt: null,
    lastUnlock: null,
    eventNo: '1',
  });
  const vault = { pinAccountOf: () => Promise.reject(new Error('no PAN is needed here')) };

  /** The fake, with a gate before its tags and a generation that a ceremony may change. */
  class GatedHsm {
    generation = 1;
    readonly begun: string[] = [];
    readonly #gates: (() => void)[] = [];
    fault: Error | null = null;
    gated = false;
    readonly hsm: FakeHsm;

    constructor(hsm: FakeHsm) {
      this.hsm = hsm;
      hsm.registeredKeys = () => [wrappingKey(this.generation)];
      const tag = hsm.tagWeakPins.bind(hsm);
      hsm.tagWeakPins = async (card) => {
        this.begun.push(card.tenantId);
        if (this.gated) await new Promise<void>((resolve) => this.#gates.push(resolve));
        if (this.fault !== null) throw this.fault;
        return await tag(card);
      };
    }

    async openOne(): Promise<void> {
      await expect.poll(() => this.#gates.length).toBeGreaterThan(0);
      this.#gates.shift()?.();
    }
  }

  it('is made anew after five minutes and for another generation, and is bounded by number', async () => {
    let now = 1_000;
    const gated = new GatedHsm(await FakeHsm.open());
    const weakPins = new WeakPins(gated.hsm, vault, () => now);
    const card = cardOf(TENANT);
    const made = async (asked = card) => {
      await weakPins.tagsFor(asked);
      return gated.begun.length;
    };
    expect([await made(), await made()]).toEqual([1, 1]);
    now = 300_999;
    expect(await made()).toBe(1);
    now = 301_001;
    expect(await made()).toBe(2);
    gated.generation = 2;
    expect([await made(), await made()]).toEqual([3, 3]);
    expect(await made({ ...card, pinAccount: '210987654321' })).toBe(4);
    expect(await made({ ...card, tenantId: 'other' })).toBe(5);
    for (let other = 0; other < 512; other += 1) await made(cardOf(TENANT));
    const before = gated.begun.length;
    expect(await made()).toBe(before + 1);
  });

  it('is no failure', async () => {
    const gated = new GatedHsm(await FakeHsm.open());
    const weakPins = new WeakPins(gated.hsm, vault);
    const card = cardOf(TENANT);
    gated.fault = new HsmUnavailable('away');
    const failing = Array.from({ length: 5 }, () => weakPins.tagsFor(card).catch(asIs));
    for (const each of await Promise.all(failing)) expect(each).toEqual(code('HSM_UNAVAILABLE'));
    gated.fault = null;
    expect((await weakPins.tagsFor(card)).tags.length).toBeGreaterThan(0);
    expect(gated.begun).toHaveLength(2);
  });

  it('is made in turns: a flood of one tenant keeps no other waiting, and is bounded', async () => {
    const gated = new GatedHsm(await FakeHsm.open());
    gated.gated = true;
    const weakPins = new WeakPins(gated.hsm, vault);
    const flood = Array.from({ length: 100 }, () => weakPins.tagsFor(cardOf('loud')).catch(asIs));
    const quiet = weakPins.tagsFor(cardOf('quiet'));
    for (let opened = 0; opened < 4; opened += 1) await gated.openOne();
    await quiet;
    expect(gated.begun.slice(0, 4)).toEqual(['loud', 'loud', 'loud', 'quiet']);
    for (let left = 4; left < 67; left += 1) await gated.openOne();
    const answers = await Promise.all(flood);
    const refused = answers.filter((answer) => answer instanceof Error);
    // Two at work and 64 waiting; no other part was asked to do anything.
    expect(refused).toHaveLength(34);
    for (const each of refused) expect(each).toEqual(code('HSM_UNAVAILABLE'));
    expect(gated.begun).toHaveLength(67);
  });
});

function wrappingKey(generation: number): RegisteredKey {
  const fingerprint = Buffer.alloc(32);
  return { kind: 'pin-wrapping', generation, state: 'current', fingerprint, expiresAt: null };
}
