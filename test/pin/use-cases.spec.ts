import { randomBytes } from 'node:crypto';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import {
  DeviceFault,
  EnvelopeUnreadable,
  EvaluationLost,
  HsmUnavailable,
  VerifierGivenUp,
  type HsmFault,
} from '#libs/hsm';
import { contextOf, spendOf, TENANT } from '../store/store-kit.js';
import { randomPin } from '../support/random-pin.js';
import { openPinKit, type KnownCard, type PinKit } from './pin-kit.js';

let kit: PinKit;
const PIN = '739154826037';
const WRONG = '111122223333';

beforeAll(async () => {
  kit = await openPinKit();
});
afterAll(async () => await kit[Symbol.asyncDispose]());

const code = (expected: string) => expect.objectContaining({ code: expected }) as Error;

async function triesSpent({ cardId }: KnownCard): Promise<number> {
  const [row] = await kit.owner.query<{ tries_spent: number }[]>(
    'SELECT tries_spent FROM cards WHERE card_id = $1',
    [cardId],
  );
  return row?.tries_spent ?? Number.NaN;
}

describe('validate', () => {
  it('verifies the right PIN, and refills the tries', async () => {
    const card = await kit.cardWithPin(PIN);
    await kit.validate(card, WRONG);
    const { body } = await kit.validate(card, PIN);
    expect(body).toEqual({ verified: true, triesRemaining: 3, pinStatus: 'active' });
    expect(await triesSpent(card)).toBe(0);
  });

  it('counts wrong PINs down to the lock, then asks the HSM no more, not even for the right PIN', async () => {
    const card = await kit.cardWithPin(PIN);
    const bodies = [];
    for (let guess = 0; guess < 3; guess += 1) bodies.push((await kit.validate(card, WRONG)).body);
    expect(bodies).toEqual([
      { verified: false, triesRemaining: 2, pinStatus: 'active' },
      { verified: false, triesRemaining: 1, pinStatus: 'active', lastTry: true },
      { verified: false, triesRemaining: 0, pinStatus: 'locked' },
    ]);
    const before = kit.hsm.evaluations.get(card.cardId);
    await expect(kit.validate(card, PIN)).rejects.toThrow(code('PIN_LOCKED'));
    expect(kit.hsm.evaluations.get(card.cardId)).toBe(before);
  });

  it('says that one is under way, and to ask again in a second, which is longer than any takes', async () => {
    const card = await kit.cardWithPin(PIN);
    await kit.store.spend(spendOf(card.cardId));
    await expect(kit.validate(card, PIN)).rejects.toMatchObject({
      code: 'PIN_EVALUATION_IN_PROGRESS',
      retryAfterSeconds: 1,
    });
  });

  it('takes the PIN of another card for a wrong one', async () => {
    const [card, other] = [await kit.cardWithPin(PIN), await kit.cardWithPin(PIN)];
    const encryptedPin = await kit.encrypt(PIN, other);
    const context = contextOf({ path: card.cardId });
    const { body } = await kit.validatePin.execute({ context, cardId: card.cardId, encryptedPin });
    expect(body.verified).toBe(false);
  });

  it('accepts an envelope once', async () => {
    const card = await kit.cardWithPin(PIN);
    const encryptedPin = await kit.encrypt(PIN, card);
    const send = () =>
      kit.validatePin.execute({
        context: contextOf({ path: card.cardId }),
        cardId: card.cardId,
        encryptedPin,
      });
    expect((await send()).body.verified).toBe(true);
    await expect(send()).rejects.toThrow(code('PIN_ENVELOPE_REPLAYED'));
  });

  it('answers a repeated request with the stored answer, without a second evaluation', async () => {
    const card = await kit.cardWithPin(PIN);
    const request = {
      context: contextOf({ path: card.cardId }),
      cardId: card.cardId,
      encryptedPin: await kit.encrypt(WRONG, card),
    };
    const first = await kit.validatePin.execute(request);
    const evaluations = kit.hsm.evaluations.get(card.cardId);
    const second = await kit.validatePin.execute(request);
    expect(second).toEqual({ body: first.body, replayed: true });
    expect(kit.hsm.evaluations.get(card.cardId)).toBe(evaluations);
    expect(await triesSpent(card)).toBe(1);
  });

  it.each([
    ['an unreadable envelope', new EnvelopeUnreadable(), 'PIN_ENVELOPE_UNREADABLE', 1],
    ['a fault of the device', new DeviceFault('the canary failed'), 'HSM_UNAVAILABLE', 0],
    ['an HSM that was away before dispatch', new HsmUnavailable(), 'HSM_UNAVAILABLE', 0],
    ['a wrapping key that was given up', new VerifierGivenUp(), 'PIN_RESET_REQUIRED', 0],
    ['an evaluation whose outcome was lost', new EvaluationLost(), 'EVALUATION_ABANDONED', 1],
  ] as [string, HsmFault, string, number][])('%s: %s', async (_, fault, expected, spent) => {
    const card = await kit.cardWithPin(PIN);
    kit.hsm.failNext(fault);
    await expect(kit.validate(card, PIN)).rejects.toThrow(code(expected));
    expect(await triesSpent(card)).toBe(spent);
    // The card is free again at once.
    expect((await kit.validate(card, PIN)).body.verified).toBe(true);
  });

  it('lets the same bytes be sent again after a try was given back', async () => {
    const card = await kit.cardWithPin(PIN);
    const request = {
      context: contextOf({ path: card.cardId }),
      cardId: card.cardId,
      encryptedPin: await kit.encrypt(PIN, card),
    };
    kit.hsm.failNext(new DeviceFault('the canary failed'));
    await expect(kit.validatePin.execute(request)).rejects.toThrow(code('HSM_UNAVAILABLE'));
    expect(await kit.validatePin.execute(request)).toMatchObject({
      body: { verified: true },
      replayed: false,
    });
  });

  it('locks with the third unreadable envelope, which answers as a problem', async () => {
    const card = await kit.cardWithPin(PIN);
    for (let guess = 0; guess < 3; guess += 1) {
      kit.hsm.failNext(new EnvelopeUnreadable());
      await expect(kit.validate(card, PIN)).rejects.toThrow(code('PIN_ENVELOPE_UNREADABLE'));
    }
    await expect(kit.validate(card, PIN)).rejects.toThrow(code('PIN_LOCKED'));
  });

  it('spends nothing when there is no place in the HSM queue', async () => {
    const card = await kit.cardWithPin(PIN);
    kit.hsm.ready = false;
    await expect(kit.validate(card, WRONG)).rejects.toThrow(code('HSM_UNAVAILABLE'));
    kit.hsm.ready = true;
    expect(await triesSpent(card)).toBe(0);
  });
});

describe('an envelope that needs no private key to be refused', () => {
  it.each([
    ['unknown kid', { kid: 'pin-transport-9' }],
    ['wrong alg', { alg: 'RSA-OAEP-256' }],
    ['too short', { ciphertext: randomBytes(255).toString('base64url') }],
    ['too long', { ciphertext: randomBytes(257).toString('base64url') }],
    ['padded', { ciphertext: `${randomBytes(256).toString('base64url')}==` }],
    ['not base64url', { ciphertext: randomBytes(256).toString('base64').replaceAll(/[A-Z]/g, '+') }],
    ['zero', { ciphertext: Buffer.alloc(256).toString('base64url') }],
    ['not below the modulus', { ciphertext: Buffer.alloc(256, 0xff).toString('base64url') }],
  ])('%s', async (_, changed) => {
    const card = await kit.cardWithPin(PIN);
    const encryptedPin = { ...(await kit.encrypt(PIN, card)), ...changed };
    const context = contextOf({ path: card.cardId });
    const sent = kit.validatePin.execute({ context, cardId: card.cardId, encryptedPin });
    await expect(sent).rejects.toThrow(code('REQUEST_INVALID'));
    expect(await triesSpent(card)).toBe(0);
  });

  it('stray bits in the last character', async () => {
    const card = await kit.cardWithPin(PIN);
    const { ciphertext, ...rest } = await kit.encrypt(PIN, card);
    // 256 bytes leave four unused bits in the last character.
    const alphabet = 'ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_';
    const last = alphabet[alphabet.indexOf(ciphertext.at(-1) ?? '') + 1];
    const encryptedPin = { ...rest, ciphertext: ciphertext.slice(0, -1) + last };
    const context = contextOf({ path: card.cardId });
    const sent = kit.validatePin.execute({ context, cardId: card.cardId, encryptedPin });
    await expect(sent).rejects.toThrow(code('REQUEST_INVALID'));
  });
});

describe('set', () => {
  it('refuses a weak PIN, an unknown card and a second PIN', async () => {
    const known = await kit.register();
    const set = async (pin: string) =>
      kit.setPin.execute({
        context: contextOf({ path: known.cardId }),
        cardId: known.cardId,
        encryptedPin: await kit.encrypt(pin, known),
        otp: null,
      });
    await expect(set('1234')).rejects.toThrow(code('PIN_TOO_WEAK'));
    expect((await set(PIN)).body).toEqual({ pinStatus: 'active' });
    await expect(set(PIN)).rejects.toThrow(code('PIN_ALREADY_SET'));
  });

  it('does not know a card that is not there', async () => {
    const cardId = '3f2504e0-4f89-41d3-9a0c-0305e82c3301';
    const encryptedPin = await kit.encrypt(PIN, { cardId, pinAccount: '000000000000' });
    const sent = kit.setPin.execute({ context: contextOf(), cardId, encryptedPin, otp: null });
    await expect(sent).rejects.toThrow(code('CARD_NOT_FOUND'));
  });

  it('lets exactly one of two concurrent sets through', async () => {
    const known = await kit.register();
    const pins = [randomPin(), randomPin()];
    const set = async (pin: string) =>
      kit.setPin.execute({
        context: contextOf({ path: known.cardId }),
        cardId: known.cardId,
        encryptedPin: await kit.encrypt(pin, known),
        otp: null,
      });
    const settled = await Promise.allSettled(pins.map(set));
    const winner = settled.findIndex(({ status }) => status === 'fulfilled');
    expect(settled.filter(({ status }) => status === 'fulfilled')).toHaveLength(1);
    expect((await kit.validate(known, pins[winner] ?? '')).body.verified).toBe(true);
  });
});

describe('change', () => {
  it('replaces the PIN', async () => {
    const card = await kit.cardWithPin(PIN);
    const next = randomPin();
    expect((await kit.change(card, PIN, next)).body).toEqual({ changed: true, pinStatus: 'active' });
    expect((await kit.validate(card, PIN)).body.verified).toBe(false);
    expect((await kit.validate(card, next)).body.verified).toBe(true);
  });

  it('says when a wrong current PIN leaves one try, and so does an envelope that does not open', async () => {
    const card = await kit.cardWithPin(PIN);
    await kit.validate(card, WRONG);
    const { body } = await kit.change(card, WRONG, randomPin());
    expect(body).toEqual({
      changed: false,
      reason: 'WRONG_PIN',
      triesRemaining: 1,
      pinStatus: 'active',
      lastTry: true,
    });
    const other = await kit.cardWithPin(PIN);
    await kit.validate(other, WRONG);
    kit.hsm.failNext(new EnvelopeUnreadable());
    await expect(kit.validate(other, PIN)).rejects.toMatchObject({
      members: { triesRemaining: 1, pinStatus: 'active', lastTry: true },
    });
  });

  it('spends a try for a wrong current PIN and never opens the new one', async () => {
    const card = await kit.cardWithPin(PIN);
    const before = kit.hsm.evaluations.get(card.cardId) ?? 0;
    const { body } = await kit.change(card, WRONG, randomPin());
    expect(body).toEqual({ changed: false, reason: 'WRONG_PIN', triesRemaining: 2, pinStatus: 'active' });
    expect(kit.hsm.evaluations.get(card.cardId)).toBe(before + 1);
  });

  it.each([
    ['weak', '1234', 'PIN_TOO_WEAK'],
    ['the current one', PIN, 'PIN_REUSED'],
  ])(
    'refuses a new PIN that is %s, and refills the tries: the current PIN was right',
    async (_, next, expected) => {
      const card = await kit.cardWithPin(PIN);
      await kit.validate(card, WRONG);
      await expect(kit.change(card, PIN, next)).rejects.toThrow(code(expected));
      expect(await triesSpent(card)).toBe(0);
      expect((await kit.validate(card, PIN)).body.verified).toBe(true);
    },
  );

  it('remembers the last four PINs, and forgets the fifth', async () => {
    const pins = Array.from({ length: 5 }, randomPin);
    const card = await kit.cardWithPin(pins[0] ?? '');
    for (let index = 1; index < 5; index += 1)
      await kit.change(card, pins[index - 1] ?? '', pins[index] ?? '');
    for (const remembered of pins.slice(1)) {
      await expect(kit.change(card, pins[4] ?? '', remembered)).rejects.toThrow(code('PIN_REUSED'));
    }
    expect((await kit.change(card, pins[4] ?? '', pins[0] ?? '')).body.changed).toBe(true);
  });

  it('refuses one envelope in both places', async () => {
    const card = await kit.cardWithPin(PIN);
    const envelope = await kit.encrypt(PIN, card);
    const sent = kit.changePin.execute({
      context: contextOf({ path: card.cardId }),
      cardId: card.cardId,
      currentPin: envelope,
      newPin: envelope,
      otp: await kit.otpFor(card, 'pin-change'),
    });
    await expect(sent).rejects.toThrow(code('PIN_ENVELOPE_REPLAYED'));
    expect(await triesSpent(card)).toBe(0);
  });

  it('costs no try when the new envelope is unreadable', async () => {
    const card = await kit.cardWithPin(PIN);
    const request = {
      context: contextOf({ path: card.cardId }),
      cardId: card.cardId,
      currentPin: await kit.encrypt(PIN, card),
      newPin: { ...(await kit.encrypt(PIN, card)), ciphertext: Buffer.alloc(256, 1).toString('base64url') },
      otp: await kit.otpFor(card, 'pin-change'),
    };
    await expect(kit.changePin.execute(request)).rejects.toThrow(code('PIN_ENVELOPE_UNREADABLE'));
    expect(await triesSpent(card)).toBe(0);
  });

  it('asks the HSM nothing for a locked card', async () => {
    const card = await kit.cardWithPin(PIN);
    for (let guess = 0; guess < 3; guess += 1) await kit.validate(card, WRONG);
    const before = kit.hsm.evaluations.get(card.cardId);
    await expect(kit.change(card, PIN, randomPin())).rejects.toThrow(code('PIN_LOCKED'));
    expect(kit.hsm.evaluations.get(card.cardId)).toBe(before);
  });
});

describe('unlock', () => {
  it('gives the tries back, but only so often without a success in between', async () => {
    const card = await kit.cardWithPin(PIN);
    for (let round = 1; round <= 3; round += 1) {
      for (let guess = 0; guess < 3; guess += 1) await kit.validate(card, WRONG);
      if (round < 3) expect((await kit.unlock(card)).body).toEqual({ pinStatus: 'active' });
    }
    await expect(kit.unlock(card)).rejects.toThrow(code('PIN_RESET_REQUIRED'));
  });

  it('begins to count anew after a success', async () => {
    const card = await kit.cardWithPin(PIN);
    for (let round = 0; round < 4; round += 1) {
      for (let guess = 0; guess < 3; guess += 1) await kit.validate(card, WRONG);
      await kit.unlock(card);
      expect((await kit.validate(card, PIN)).body.verified).toBe(true);
    }
  });

  it('is refused for a card that is not locked', async () => {
    await expect(kit.unlock(await kit.cardWithPin(PIN))).rejects.toThrow(code('PIN_NOT_LOCKED'));
  });

  it('stores the reason with what could be a PAN masked', async () => {
    const card = await kit.cardWithPin(PIN);
    for (let guess = 0; guess < 3; guess += 1) await kit.validate(card, WRONG);
    const reason = 'caller gave 4111 1111 1111 1111';
    await kit.unlockPin.execute({ context: contextOf({ path: card.cardId }), cardId: card.cardId, reason });
    expect((await kit.store.findCard(TENANT, card.cardId))?.lastUnlock?.reason).toBe('caller gave XXXX1111');
  });
});
