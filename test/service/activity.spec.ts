import { randomUUID } from 'node:crypto';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { ServiceProcess } from '../rigs/service-process.js';
import { FEW_WEAK_PINS } from '../support/few-weak-pins.js';
import { ServiceKit } from './service-kit.js';

let kit: ServiceKit;
let operator: string;
beforeAll(async () => {
  kit = await ServiceKit.open({ ...FEW_WEAK_PINS, AUDIT_SEAL_INTERVAL_MS: '200' });
  operator = await kit.identity.tokenFor({ scopes: ['ops:read', 'ops:unlock'], clientId: 'console' });
});
afterAll(async () => await kit[Symbol.asyncDispose]());

interface Activity {
  readonly countedFrom: string | null;
  readonly countedTo: string | null;
  readonly items: readonly { readonly hour: string; readonly counts: Record<string, number> | null }[];
}

async function activity(token = operator, service = kit.service, query = ''): Promise<Activity> {
  const { status, body } = await service.request('GET', `/v1/admin/activity${query}`, { token });
  expect(status).toBe(200);
  return body as Activity;
}
/** A test may begin in one hour and end in the next. */
const sumOf = ({ items }: Activity) => {
  const sum: Record<string, number> = {};
  for (const { counts } of items)
    for (const [kind, count] of Object.entries(counts ?? {})) sum[kind] = (sum[kind] ?? 0) + count;
  return sum;
};
const isCounted = async (moment: number) => {
  const { countedTo } = await activity();
  return countedTo !== null && Date.parse(countedTo) > moment;
};

it('has exactly what was done, on every replica, for the tenant alone', { timeout: 180_000 }, async () => {
  const pin = '4071';
  const [first, second] = [await kit.cardWithPin(pin), await kit.cardWithPin(pin)];
  for (let times = 0; times < 4; times += 1) expect((await kit.validate(first, pin)).status).toBe(200);
  for (let times = 0; times < 3; times += 1) expect((await kit.validate(second, '5182')).status).toBe(200);
  // Locked: refused, without a look at the PIN; a repeated request is answered as before, and counts nothing.
  expect((await kit.validate(second, pin)).status).toBe(423);
  const repeated = { requestId: randomUUID() };
  const encryptedPin = await kit.encrypt('6293', first);
  for (let times = 0; times < 2; times += 1)
    await kit.post(`/v1/cards/${first.cardId}/pin/validate`, { encryptedPin }, repeated);
  const unlock = { reason: 'Identified at the branch' };
  const path = `/v1/admin/cards/${second.cardId}/unlock`;
  expect(await kit.post(path, unlock, { token: operator })).toMatchObject({ status: 200 });
  const otp = await kit.otpFor(first, 'pin-reset');
  await kit.otpFor(second, 'pin-change');
  const wrong = { ...otp, code: otp.code === '000000' ? '000001' : '000000' };
  const newPin = await kit.encrypt('7204', first);
  const reset = await kit.post(`/v1/cards/${first.cardId}/pin/reset`, { newPin, otp: wrong });
  expect(reset.status).toBeGreaterThanOrEqual(400);
  const done = Date.now();
  await using other = await ServiceProcess.start({
    identity: kit.identity,
    databaseUrl: kit.database.serviceUrl,
    token: kit.token,
    environment: FEW_WEAK_PINS,
  });
  await expect.poll(() => isCounted(done)).toBe(true);
  const { refusedCalls, ...counts } = sumOf(await activity());
  expect(counts).toEqual({
    validations: 8,
    wrongPins: 4,
    locks: 1,
    unlocks: 1,
    otpIssued: 2,
    otpRefusals: 1,
  });
  expect(refusedCalls).toBeGreaterThanOrEqual(1);
  expect(sumOf(await activity(operator, other))).toMatchObject(counts);
  const stranger = await kit.identity.tokenFor({
    scopes: ['ops:read'],
    clientId: 'console',
    tenantId: 'other',
  });
  expect(sumOf(await activity(stranger))).toMatchObject({ validations: 0, locks: 0, otpIssued: 0 });
  // One of the two ends in the middle of its work; the other goes on, and counts nothing twice.
  await other.kill('SIGKILL');
  expect((await kit.validate(first, pin)).status).toBe(200);
  await expect.poll(async () => sumOf(await activity())['validations']).toBe(9);
});

it('has as many hours as were asked for, those before the beginning without counts', async () => {
  await expect.poll(() => isCounted(0)).toBe(true);
  const { items, countedFrom } = await activity(operator, kit.service, '?hours=168');
  expect(items).toHaveLength(168);
  expect(items[0]?.counts).toBeNull();
  expect(items.find(({ counts }) => counts !== null)?.hour).toBe(countedFrom);
  expect((await activity()).items).toHaveLength(24);
  for (const query of ['?hours=0', '?hours=169', '?hours=many', '?days=1']) {
    const { status } = await kit.service.request('GET', `/v1/admin/activity${query}`, { token: operator });
    expect([query, status]).toEqual([query, 400]);
  }
});
