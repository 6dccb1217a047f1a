import { randomUUID } from 'node:crypto';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { EnvelopeUnreadable } from '#libs/hsm';
import type { GivenOtp } from '#libs/otp';
import { SecretText } from '#libs/secret-text';
import { contextOf, TENANT } from '../store/store-kit.js';
import { randomPin } from '../support/random-pin.js';
import { openPinKit, type KnownCard, type PinKit } from './pin-kit.js';

const AT_ONCE = 60;
/** In the weak list of the fake HSM. */
const WEAK = '1234';

let kit: PinKit;
beforeAll(async () => {
  kit = await openPinKit();
});
afterAll(async () => await kit[Symbol.asyncDispose]());

async function rule(pinSetOtp: boolean | null): Promise<void> {
  await kit.owner.query('UPDATE tenants SET pin_set_otp = $2 WHERE tenant_id = $1', [TENANT, pinSetOtp]);
}

interface Wish {
  readonly pin?: string;
  readonly otp: GivenOtp | null;
  readonly requestId?: string;
}

/** What a set is told: 'set', or the code of its refusal. */
async function told(card: KnownCard, { pin = randomPin(), otp, requestId }: Wish): Promise<string> {
  const { cardId } = card;
  const context = contextOf({ path: cardId, ...(requestId === undefined ? {} : { requestId }) });
  try {
    await kit.setPin.execute({ context, cardId, encryptedPin: await kit.encrypt(pin, card), otp });
    return 'set';
  } catch (error) {
    return (error as { code: string }).code;
  }
}

async function ofOtp({ otpId }: GivenOtp): Promise<string> {
  const [row] = await kit.owner.query<{ status: string; wrong_codes: number }[]>(
    'SELECT status, wrong_codes FROM one_time_passwords WHERE otp_id = $1',
    [otpId],
  );
  return `${row?.status}, ${row?.wrong_codes} wrong`;
}

const statusOf = async ({ cardId }: KnownCard) => (await kit.store.findCard(TENANT, cardId))?.pinStatus;
/** What the HSM was asked about the card. */
const asked = ({ cardId }: KnownCard) => [
  kit.hsm.evaluations.get(cardId) ?? 0,
  kit.hsm.taggings.filter((tagged) => tagged === cardId).length,
];
const wrong = ({ otpId, code }: GivenOtp): GivenOtp => {
  const other = (Number(code.reveal()) + 1) % 1_000_000;
  return { otpId, code: new SecretText(String(other).padStart(6, '0')) };
};

describe.each([true, false])('a first PIN, with the rule %s,', (on) => {
  beforeEach(() => rule(on));
  afterEach(() => rule(null));

  it('takes the one-time password that is given, once', async () => {
    const card = await kit.register();
    const otp = await kit.otpFor(card, 'pin-set');
    expect(await told(card, { otp })).toBe('set');
    expect(await ofOtp(otp)).toBe('used, 0 wrong');
    const other = await kit.register();
    expect(await told(other, { otp })).toBe('OTP_REJECTED');
    expect(await statusOf(other)).toBe('unset');
  });

  it('is refused with a wrong one, which is counted, before the HSM is asked for anything', async () => {
    const card = await kit.register();
    const otp = await kit.otpFor(card, 'pin-set');
    for (const count of [1, 2, 3]) {
      expect(await told(card, { otp: wrong(otp) })).toBe('OTP_REJECTED');
      expect(await ofOtp(otp)).toBe(`${count === 3 ? 'exhausted' : 'live'}, ${count} wrong`);
    }
    expect(await told(card, { otp })).toBe('OTP_REJECTED');
    expect(asked(card)).toEqual([0, 0]);
    expect(await statusOf(card)).toBe('unset');
  });

  it.each(['pin-change', 'pin-reset', 'card-reveal'] as const)('takes none for %s', async (purpose) => {
    const card = await kit.register();
    const otp = await kit.otpFor(card, purpose);
    expect(await told(card, { otp })).toBe('OTP_REJECTED');
    expect(await ofOtp(otp)).toBe('live, 0 wrong');
    expect(asked(card)).toEqual([0, 0]);
  });

  it('that is weak or does not open leaves it live', async () => {
    const card = await kit.register();
    const otp = await kit.otpFor(card, 'pin-set');
    expect(await told(card, { otp, pin: WEAK })).toBe('PIN_TOO_WEAK');
    kit.hsm.failNext(new EnvelopeUnreadable());
    expect(await told(card, { otp })).toBe('PIN_ENVELOPE_UNREADABLE');
    expect(await ofOtp(otp)).toBe('live, 0 wrong');
    expect(await told(card, { otp })).toBe('set');
  });

  it('is one of many at once under one one-time password, and the others learn nothing of it', async () => {
    const card = await kit.register();
    const otp = await kit.otpFor(card, 'pin-set');
    const answers = await Promise.all(
      Array.from({ length: AT_ONCE }, (_, index) =>
        told(card, { otp, ...(index % 3 === 0 ? { pin: WEAK } : {}) }),
      ),
    );
    expect(answers.filter((answer) => answer === 'set')).toHaveLength(1);
    const others = ['PIN_ALREADY_SET', 'OTP_REJECTED', 'PIN_TOO_WEAK'];
    expect(answers.filter((answer) => answer !== 'set' && !others.includes(answer))).toEqual([]);
    expect(await ofOtp(otp)).toBe('used, 0 wrong');
  });

  it.each(['right', 'wrong'])(
    'of a card that has one is told as such with a %s code, and counts nothing',
    async (which) => {
      const card = await kit.register();
      const first = await kit.otpFor(card, 'pin-set');
      expect(await told(card, { otp: first })).toBe('set');
      const otp = await kit.otpFor(card, 'pin-set');
      const before = asked(card);
      for (let time = 0; time < 5; time += 1)
        expect(await told(card, { otp: which === 'right' ? otp : wrong(otp) })).toBe('PIN_ALREADY_SET');
      expect(await ofOtp(otp)).toBe('live, 0 wrong');
      expect(asked(card)).toEqual(before);
    },
  );

  it('is answered again under its request id, with the one-time password used', async () => {
    const card = await kit.register();
    const request = {
      context: contextOf({ path: card.cardId }),
      cardId: card.cardId,
      encryptedPin: await kit.encrypt(randomPin(), card),
      otp: await kit.otpFor(card, 'pin-set'),
    };
    expect(await kit.setPin.execute(request)).toMatchObject({ replayed: false });
    expect(await kit.setPin.execute(request)).toEqual({ body: { pinStatus: 'active' }, replayed: true });
  });
});

describe('a first PIN whose one-time password is gone at its end', () => {
  /** Another request ends it after it was found right: while the HSM looks at the PIN. */
  it.each(['other', 'weak', 'unreadable'])('is told nothing: %s PIN', async (wish) => {
    const card = await kit.register();
    const otp = await kit.otpFor(card, 'pin-set');
    const { enrolPin } = kit.hsm;
    kit.hsm.enrolPin = async (permit, request) => {
      kit.hsm.enrolPin = enrolPin;
      await kit.owner.query(`UPDATE one_time_passwords SET status = 'superseded' WHERE otp_id = $1`, [
        otp.otpId,
      ]);
      return await kit.hsm.enrolPin(permit, request);
    };
    if (wish === 'unreadable') kit.hsm.failNext(new EnvelopeUnreadable());
    expect(await told(card, { otp, ...(wish === 'weak' ? { pin: WEAK } : {}) })).toBe('OTP_REJECTED');
    expect(await statusOf(card)).toBe('unset');
  });
});

describe('a card that gets its PIN by another request while the HSM looks at one', () => {
  it.each(['other', 'weak'])('is told as such, and the one-time password stays: %s PIN', async (wish) => {
    const card = await kit.register();
    const otp = await kit.otpFor(card, 'pin-set');
    const { enrolPin } = kit.hsm;
    kit.hsm.enrolPin = async (permit, request) => {
      kit.hsm.enrolPin = enrolPin;
      expect(await told(card, { otp: null })).toBe('set');
      return await kit.hsm.enrolPin(permit, request);
    };
    expect(await told(card, { otp, ...(wish === 'weak' ? { pin: WEAK } : {}) })).toBe('PIN_ALREADY_SET');
    expect(await ofOtp(otp)).toBe('live, 0 wrong');
  });
});

it('no code is compared while operators have stopped first PINs', async () => {
  const card = await kit.register();
  const otp = await kit.otpFor(card, 'pin-set');
  const brake = (statement: string) => kit.owner.query(statement, [TENANT]);
  await brake(
    `INSERT INTO brakes (tenant_id, brake_id, kind, target, reason, pulled_by, pulled_through)
     VALUES ($1, gen_random_uuid(), 'operation', 'pin.set', 'test', 'test', 'test')`,
  );
  try {
    expect(await told(card, { otp: wrong(otp) })).toBe('OPERATIONS_SUSPENDED');
  } finally {
    await brake('DELETE FROM brakes WHERE tenant_id = $1');
  }
  expect(await ofOtp(otp)).toBe('live, 0 wrong');
});

describe('the use of the one-time password and the PIN', () => {
  it('are one: where the transaction fails, neither is there', async () => {
    const card = await kit.register();
    const otp = await kit.otpFor(card, 'pin-set');
    await kit.owner.query(
      "ALTER TABLE outbox_events ADD CONSTRAINT no_event CHECK (type <> 'pin.set') NOT VALID",
    );
    try {
      expect(await told(card, { otp })).toBe('INTERNAL');
    } finally {
      await kit.owner.query('ALTER TABLE outbox_events DROP CONSTRAINT no_event');
    }
    expect([await ofOtp(otp), await statusOf(card)]).toEqual(['live, 0 wrong', 'unset']);
    expect(await told(card, { otp })).toBe('set');
  });
});

describe('a first PIN without a one-time password', () => {
  afterEach(() => rule(null));

  it('is refused where the rule asks for one, with the pointer, and nothing else happens', async () => {
    await rule(true);
    const card = await kit.register();
    const requestId = randomUUID();
    const encryptedPin = await kit.encrypt(randomPin(), card);
    const context = contextOf({ path: card.cardId, requestId });
    await expect(
      kit.setPin.execute({ context, cardId: card.cardId, encryptedPin, otp: null }),
    ).rejects.toMatchObject({
      code: 'REQUEST_INVALID',
      members: { errors: [{ pointer: '/otp', detail: expect.stringContaining('is missing') as string }] },
    });
    expect([asked(card), await statusOf(card)]).toEqual([[0, 0], 'unset']);
    // Neither the request id nor the envelope was used up.
    const otp = await kit.otpFor(card, 'pin-set');
    expect(await kit.setPin.execute({ context, cardId: card.cardId, encryptedPin, otp })).toMatchObject({
      body: { pinStatus: 'active' },
    });
  });

  it.each(['other', 'weak'])('is refused where the rule came while the HSM looked: %s PIN', async (wish) => {
    const card = await kit.register();
    const { enrolPin } = kit.hsm;
    kit.hsm.enrolPin = async (permit, request) => {
      kit.hsm.enrolPin = enrolPin;
      await rule(true);
      return await kit.hsm.enrolPin(permit, request);
    };
    const pin = wish === 'weak' ? { pin: WEAK } : {};
    expect(await told(card, { otp: null, ...pin })).toBe('REQUEST_INVALID');
    expect(await statusOf(card)).toBe('unset');
  });

  it("goes by the tenant's own rule before the policy's, in both directions", async () => {
    const policy = (content: object) =>
      kit.owner.query(
        `INSERT INTO policies (version, content, set_by, set_through, reason)
         SELECT count(*) + 1, $1, 'test', 'test', 'test' FROM policies`,
        [JSON.stringify(content)],
      );
    const set = async () => await told(await kit.register(), { otp: null });
    expect(await set()).toBe('set');
    await policy({ pinSetOtp: true });
    expect(await set()).toBe('REQUEST_INVALID');
    await rule(false);
    expect(await set()).toBe('set');
    await rule(true);
    // A policy from before there was the rule.
    await policy({});
    expect(await set()).toBe('REQUEST_INVALID');
    await rule(null);
    expect(await set()).toBe('set');
  });
});
