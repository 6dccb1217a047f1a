import { randomUUID } from 'node:crypto';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { EnvelopeUnreadable } from '#libs/hsm';
import type { GivenOtp } from '#libs/otp';
import { contextOf } from '../store/store-kit.js';
import { randomPin } from '../support/random-pin.js';
import { openPinKit, type KnownCard, type PinKit } from './pin-kit.js';

const AT_ONCE = 90;
/** In the weak list of the fake HSM. */
const WEAK = '1234';

let kit: PinKit;
beforeAll(async () => {
  kit = await openPinKit();
});
afterAll(async () => await kit[Symbol.asyncDispose]());

interface Wish {
  readonly card: KnownCard;
  readonly from: string;
  readonly to: string;
  readonly otp: GivenOtp;
}

/** What a change is told at last: while another is under way the same bytes are sent again, as the contract says. */
async function told({ card, from, to, otp }: Wish): Promise<string> {
  const { cardId } = card;
  const request = {
    context: contextOf({ path: cardId, requestId: randomUUID() }),
    cardId,
    otp,
    currentPin: await kit.encrypt(from, card),
    newPin: await kit.encrypt(to, card),
  };
  for (;;) {
    try {
      const { body } = await kit.changePin.execute(request);
      return body.changed ? 'changed' : body.reason;
    } catch (error) {
      const { code } = error as { code: string };
      const busy = ['PIN_EVALUATION_IN_PROGRESS', 'REQUEST_IN_PROGRESS', 'HSM_UNAVAILABLE'].includes(code);
      if (!busy) return code;
    }
  }
}

/** A card with two earlier PINs. */
async function usedCard() {
  const pins = [randomPin(), randomPin(), randomPin()] as const;
  const card = await kit.cardWithPin(pins[0]);
  await kit.change(card, pins[0], pins[1]);
  await kit.change(card, pins[1], pins[2]);
  return { card, pin: pins[2], earlier: [pins[0], pins[1]] as const };
}

describe('changes under one one-time password', () => {
  it(`tell one thing of earlier PINs, of ${AT_ONCE} at once that guess at them`, async () => {
    const { card, pin, earlier } = await usedCard();
    const otp = await kit.otpFor(card, 'pin-change');
    const answers = await Promise.all(
      Array.from({ length: AT_ONCE }, (_, index) =>
        told({ card, from: pin, otp, to: index % 3 === 0 ? earlier[0] : randomPin() }),
      ),
    );
    expect(answers.filter((answer) => ['PIN_REUSED', 'changed'].includes(answer))).toHaveLength(1);
    const others = answers.filter((answer) => !['PIN_REUSED', 'changed'].includes(answer));
    // Where one has changed the PIN, those already past the check have a wrong current PIN, and lock the card.
    expect(others.filter((answer) => !['OTP_REJECTED', 'PIN_LOCKED'].includes(answer))).toEqual([]);
    expect(others).toContain('OTP_REJECTED');
  });

  it.each(['current', 'earlier'] as const)('end with PIN_REUSED for the %s one', async (which) => {
    const { card, pin, earlier } = await usedCard();
    const otp = await kit.otpFor(card, 'pin-change');
    const to = which === 'current' ? pin : earlier[1];
    expect(await told({ card, from: pin, to, otp })).toBe('PIN_REUSED');
    expect(await told({ card, from: pin, to: earlier[0], otp })).toBe('OTP_REJECTED');
    expect(await told({ card, from: pin, to: randomPin(), otp })).toBe('OTP_REJECTED');
    expect((await kit.validate(card, pin)).body).toMatchObject({ verified: true, triesRemaining: 3 });
  });

  it('go on after a weak PIN, which tells nothing of the card', async () => {
    const { card, pin } = await usedCard();
    const otp = await kit.otpFor(card, 'pin-change');
    expect(await told({ card, from: pin, to: WEAK, otp })).toBe('PIN_TOO_WEAK');
    expect(await told({ card, from: pin, to: randomPin(), otp })).toBe('changed');
  });
});

/** Another request uses it up after it was found right: while the HSM looks at the PINs. */
describe('a change whose one-time password is gone at its end', () => {
  const to = { reused: 'PIN_REUSED', weak: 'PIN_TOO_WEAK', other: 'changed', wrong: 'WRONG_PIN' } as const;

  async function gone(wish: keyof typeof to | 'unreadable'): Promise<{ answer: string; tries: number }> {
    const { card, pin, earlier } = await usedCard();
    const otp = await kit.otpFor(card, 'pin-change');
    const { matchPin } = kit.hsm;
    kit.hsm.matchPin = async (place, request) => {
      kit.hsm.matchPin = matchPin;
      await kit.owner.query(`UPDATE one_time_passwords SET status = 'used' WHERE otp_id = $1`, [otp.otpId]);
      return await kit.hsm.matchPin(place, request);
    };
    if (wish === 'unreadable') kit.hsm.failNext(new EnvelopeUnreadable());
    const next = { reused: earlier[0], weak: WEAK }[wish as string] ?? randomPin();
    const answer = await told({ card, from: wish === 'wrong' ? randomPin() : pin, to: next, otp });
    const [row] = await kit.owner.query<{ tries_spent: number }[]>(
      'SELECT tries_spent FROM cards WHERE card_id = $1',
      [card.cardId],
    );
    return { answer, tries: row?.tries_spent ?? Number.NaN };
  }

  it.each(['reused', 'weak', 'other'] as const)('is told nothing: %s new PIN', async (wish) => {
    expect(await gone(wish)).toEqual({ answer: 'OTP_REJECTED', tries: 0 });
  });

  it.each(['wrong', 'unreadable'] as const)(
    'is told nothing, and pays its try: %s current PIN',
    async (wish) => {
      expect(await gone(wish)).toEqual({ answer: 'OTP_REJECTED', tries: 1 });
    },
  );
});
