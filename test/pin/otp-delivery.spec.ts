import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { deliverOtps, IssueOtp, type OtpDelivery } from '#libs/otp';
import { contextOf, newCard, openStore, type StoreUnderTest } from '../store/store-kit.js';
import { FakeHsm } from '../support/fake-hsm.js';

let rig: StoreUnderTest;
let hsm: FakeHsm;
let issueOtp: IssueOtp;
beforeAll(async () => {
  rig = await openStore();
  hsm = await FakeHsm.open();
  issueOtp = new IssueOtp(hsm, rig.dataSource, { issuedPerCardAndHour: 5 });
});
afterAll(() => rig[Symbol.asyncDispose]());

async function issued(): Promise<string> {
  const cardId = await newCard(rig.store);
  const { body } = await issueOtp.execute({
    context: contextOf({ path: cardId }),
    cardId,
    purpose: 'pin-reset',
  });
  return body.otpId;
}

async function delivered(fail = false): Promise<readonly OtpDelivery[]> {
  const all: OtpDelivery[] = [];
  await deliverOtps(rig.dataSource, hsm, async (delivery) => {
    all.push(delivery);
    if (fail) throw new Error('the gateway is away');
  });
  return all;
}

async function waiting(): Promise<readonly string[]> {
  const rows = await rig.owner.query<{ otp: string }[]>(
    'SELECT sealed_for AS otp FROM outbox_events WHERE sealed IS NOT NULL',
  );
  return rows.map(({ otp }) => otp);
}

describe('the delivery of codes', () => {
  it('brings six digits once, in the order of issue, and redacts them', async () => {
    const otps = [await issued(), await issued()];
    const all = await delivered();
    expect(all.map(({ otpId }) => otpId)).toEqual(otps);
    for (const { code } of all) {
      expect(code.reveal()).toMatch(/^[0-9]{6}$/);
      expect(JSON.stringify(code)).not.toContain(code.reveal());
    }
    expect(await delivered()).toEqual([]);
    expect(await waiting()).toEqual([]);
  });

  it('comes again when the gateway was away', async () => {
    const otpId = await issued();
    await expect(delivered(true)).rejects.toMatchObject({ code: 'INTERNAL' });
    expect(await waiting()).toEqual([otpId]);
    expect((await delivered()).map((delivery) => delivery.otpId)).toEqual([otpId]);
  });

  it('is not held up by one that was tampered with: that one is erased', async () => {
    const [broken, sound] = [await issued(), await issued()];
    await rig.owner.query('UPDATE outbox_events SET sealed = $2 WHERE sealed_for = $1', [
      broken,
      Buffer.alloc(40),
    ]);
    expect((await delivered()).map(({ otpId }) => otpId)).toEqual([sound]);
    expect(await waiting()).toEqual([]);
  });

  it('does not bring what has expired', async () => {
    const otpId = await issued();
    await rig.owner.query('UPDATE outbox_events SET expires_at = clock_timestamp() WHERE sealed_for = $1', [
      otpId,
    ]);
    expect(await delivered()).toEqual([]);
  });
});
