import { randomUUID } from 'node:crypto';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { CheckOtp } from '#libs/otp';
import { SecretText } from '#libs/secret-text';
import { contextOf, newEnvelope, settleOf, spendOf } from '../store/store-kit.js';
import { randomPin } from '../support/random-pin.js';
import { openPinKit, type PinKit } from './pin-kit.js';

let kit: PinKit;
let checkOtp: CheckOtp;
beforeAll(async () => {
  kit = await openPinKit();
  checkOtp = new CheckOtp(kit.hsm, kit.dataSource);
});
afterAll(async () => await kit[Symbol.asyncDispose]());

describe('a request that another process has begun under the same id', () => {
  it('is not called final by the check: its spend came between two looks at the request id', async () => {
    const card = await kit.cardWithPin(randomPin());
    const otp = await kit.otpFor(card, 'pin-change');
    const { cardId } = card;
    const envelopes = [newEnvelope(), newEnvelope()];
    const spend = spendOf(cardId, { operation: 'change', envelopes });
    const { context } = spend;
    expect(await kit.store.spend(spend)).toMatchObject({ outcome: 'granted' });
    await checkOtp.execute({ context, cardId, purpose: 'pin-change', otp });
    // What decides is the spend, which knows that the other one is in flight.
    const again = await kit.store.spend({ ...spend, evaluationId: randomUUID() });
    expect(again).toMatchObject({ outcome: 'REQUEST_IN_PROGRESS' });

    const answer = { body: { changed: false } };
    await kit.store.settle(settleOf(spend, 'not-matched', { answer }));
    const code = new SecretText('x');
    const wrong = { context, cardId, purpose: 'pin-change', otp: { otpId: otp.otpId, code } } as const;
    await checkOtp.execute(wrong);
    // The stored answer was given, and no code counted.
    await checkOtp.execute({ context: contextOf({ path: cardId }), cardId, purpose: 'pin-change', otp });
    const [row] = await kit.owner.query<{ wrong_codes: number }[]>(
      'SELECT wrong_codes FROM one_time_passwords WHERE otp_id = $1',
      [otp.otpId],
    );
    expect(row).toEqual({ wrong_codes: 0 });
  });
});
