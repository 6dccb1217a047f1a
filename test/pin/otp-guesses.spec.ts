import { randomUUID } from 'node:crypto';
import type { DataSource } from 'typeorm';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { CheckOtp, type GivenOtp, type OtpPurpose } from '#libs/otp';
import { SecretText } from '#libs/secret-text';
import { hold } from '../store/held-row.js';
import { contextOf, TENANT } from '../store/store-kit.js';
import { randomPin } from '../support/random-pin.js';
import { openPinKit, type KnownCard, type PinKit } from './pin-kit.js';

const AT_ONCE = 110;
const PURPOSES: readonly OtpPurpose[] = ['pin-set', 'pin-change', 'pin-reset', 'card-reveal'];

let kit: PinKit;
let checkOtp: CheckOtp;
let superuser: DataSource;
beforeAll(async () => {
  kit = await openPinKit();
  checkOtp = new CheckOtp(kit.hsm, kit.dataSource);
  superuser = await kit.database.open({ url: kit.database.superuserUrl });
});
afterAll(async () => await kit[Symbol.asyncDispose]());

interface Guess {
  readonly card: KnownCard;
  readonly purpose: OtpPurpose;
  readonly otp: GivenOtp;
  readonly requestId: string;
}

/** What a guess is told: 'right', or the code of its refusal. Each code makes a body of its own. */
async function told({ card: { cardId }, purpose, otp, requestId }: Guess): Promise<string> {
  const context = contextOf({ path: cardId, requestId, body: `${otp.otpId} ${otp.code.reveal()}` });
  try {
    await checkOtp.execute({ context, cardId, purpose, otp });
    return 'right';
  } catch (error) {
    return (error as { code: string }).code;
  }
}

/** `count` codes that are not the right one. */
function wrongCodes({ otpId, code }: GivenOtp, count: number): GivenOtp[] {
  const right = Number(code.reveal());
  return Array.from({ length: count }, (_, index) => ({
    otpId,
    code: new SecretText(String((right + 1 + index) % 1_000_000).padStart(6, '0')),
  }));
}

async function ofOtp({ otpId }: GivenOtp) {
  const [row] = await kit.owner.query<{ wrong_codes: number; status: string }[]>(
    'SELECT wrong_codes, status FROM one_time_passwords WHERE otp_id = $1',
    [otpId],
  );
  return row;
}

async function issued(purpose: OtpPurpose) {
  const card = await kit.cardWithPin(randomPin());
  const otp = await kit.otpFor(card, purpose);
  return { card, otp };
}

describe.each(PURPOSES)('guesses at a code of %s', (purpose) => {
  it(`under one request id: of ${AT_ONCE} behind a wrong one none is compared, nor is the right one`, async () => {
    const { card, otp } = await issued(purpose);
    const requestId = randomUUID();
    const [first, ...wrong] = wrongCodes(otp, AT_ONCE) as [GivenOtp, ...GivenOtp[]];
    const guess = (given: GivenOtp) => told({ card, purpose, requestId, otp: given });
    expect(await guess(first)).toBe('OTP_REJECTED');
    expect(new Set(await Promise.all([otp, ...wrong].map(guess)))).toEqual(new Set(['REQUEST_ID_REUSED']));
    // The first is told what it was told.
    expect(await guess(first)).toBe('OTP_REJECTED');
    expect(await ofOtp(otp)).toEqual({ wrong_codes: 1, status: 'live' });
  });

  it(`under one request id: of ${AT_ONCE} wrong ones at once one is compared`, async () => {
    const { card, otp } = await issued(purpose);
    const requestId = randomUUID();
    const answers = await Promise.all(
      wrongCodes(otp, AT_ONCE).map((given) => told({ card, purpose, requestId, otp: given })),
    );
    expect(answers.toSorted().slice(0, 2)).toEqual(['OTP_REJECTED', 'REQUEST_ID_REUSED']);
    expect(await ofOtp(otp)).toEqual({ wrong_codes: 1, status: 'live' });
  });

  it('under several request ids: three are compared, and the right one behind them is not', async () => {
    const { card, otp } = await issued(purpose);
    const ids = Array.from({ length: 10 }, () => randomUUID());
    const wrong = wrongCodes(otp, AT_ONCE);
    const answers = await Promise.all(
      wrong.map((given, index) =>
        told({ card, purpose, requestId: ids[index % ids.length] ?? '', otp: given }),
      ),
    );
    expect(answers.filter((answer) => answer === 'right')).toEqual([]);
    expect(await ofOtp(otp)).toEqual({ wrong_codes: 3, status: 'exhausted' });
    expect(await told({ card, purpose, requestId: randomUUID(), otp })).toBe('OTP_REJECTED');
  });

  it('are not compared while another request claims their id: neither the right one nor a wrong one', async () => {
    const { card, otp } = await issued(purpose);
    const requestId = randomUUID();
    const { claim } = contextOf({ path: card.cardId, requestId });
    const holder = await hold(
      superuser,
      `INSERT INTO idempotency_records (tenant_id, request_key, request_id, action, fingerprint, answer)
       VALUES ($1, $2, $3, 'otp.check', $4, '{"problem":"OTP_REJECTED","members":{}}')`,
      [TENANT, claim.key, requestId, claim.fingerprint],
    );
    const [wrong] = wrongCodes(otp, 1) as [GivenOtp];
    const answers = [told({ card, purpose, requestId, otp }), told({ card, purpose, requestId, otp: wrong })];
    // One waits for the claim, the other for the row of the one-time password that the first has locked.
    await holder.untilWaiting(2);
    await holder.commit();
    expect(await Promise.all(answers)).toEqual(['REQUEST_ID_REUSED', 'REQUEST_ID_REUSED']);
    expect(await ofOtp(otp)).toEqual({ wrong_codes: 0, status: 'live' });
    // And it is no worse for it.
    expect(await told({ card, purpose, requestId: randomUUID(), otp })).toBe('right');
  });

  it('are counted where no request id claims anything', async () => {
    const { card, otp } = await issued(purpose);
    const { cardId } = card;
    const answers = await Promise.allSettled(
      wrongCodes(otp, AT_ONCE).map((given) =>
        checkOtp.execute({ context: contextOf({ body: null }), cardId, purpose, otp: given }),
      ),
    );
    expect(answers.filter(({ status }) => status === 'fulfilled')).toEqual([]);
    expect(await ofOtp(otp)).toEqual({ wrong_codes: 3, status: 'exhausted' });
  });
});

it('leaves nothing of a right code: no count, no claim, no line of the trail', async () => {
  const { card, otp } = await issued('pin-reset');
  const requestId = randomUUID();
  const lines = 'SELECT FROM audit_events WHERE request_id = $1';
  const claims = 'SELECT FROM idempotency_records WHERE request_id = $1';
  for (let time = 0; time < 5; time += 1) {
    expect(await told({ card, purpose: 'pin-reset', otp, requestId })).toBe('right');
  }
  expect(await ofOtp(otp)).toEqual({ wrong_codes: 0, status: 'live' });
  expect(await kit.owner.query(lines, [requestId])).toEqual([]);
  expect(await kit.owner.query(claims, [requestId])).toEqual([]);
});
