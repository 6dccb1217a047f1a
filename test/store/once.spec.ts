import type { EntityManager } from 'typeorm';
import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest';
import { PinwardError } from '#libs/errors';
import { once, onceShown, storedBody, storedProblem, type RequestContext } from '#libs/requests';
import { auditLines, contents } from './look.js';
import { contextOf, newCard, openStore, type StoreUnderTest } from './store-kit.js';

let rig: StoreUnderTest;
let cardId: string;
beforeAll(async () => {
  rig = await openStore();
  cardId = await newCard(rig.store);
});
afterAll(() => rig[Symbol.asyncDispose]());

const ACTION = 'test.effect';
const effects = async () =>
  (await auditLines(rig.owner, cardId)).filter(({ action }) => action === ACTION).length;

/** An effect of its own besides what `once` writes: the card's row is written. */
async function work(manager: EntityManager) {
  await manager.query('UPDATE cards SET event_no = event_no + 1 WHERE card_id = $1', [cardId]);
  return { answer: storedBody({ effect: 'had' }), line: { result: 'had' } };
}

type Work = Parameters<typeof once>[3];

const call = { action: ACTION, cardId: null } as const;
const run = (context: RequestContext, doing: Work = work) =>
  once(rig.dataSource, context, { ...call, cardId }, doing);

describe('a call under one request id', () => {
  it('has its effect once, however many copies come at once: all get its answer', async () => {
    const before = await effects();
    const context = contextOf();
    const answers = await Promise.all(Array.from({ length: 40 }, () => run(context)));
    expect(answers.filter(({ replayed }) => !replayed)).toHaveLength(1);
    expect(new Set(answers.map(({ body }) => JSON.stringify(body)))).toEqual(new Set(['{"effect":"had"}']));
    expect(await effects()).toBe(before + 1);
  });

  it('with another body is refused before the work is begun', async () => {
    const context = contextOf();
    await run(context);
    const secretCompared = vi.fn<Work>(work);
    const otherBody = contextOf({ requestId: context.requestId, body: 'another' });
    await expect(run(otherBody, secretCompared)).rejects.toMatchObject({ code: 'REQUEST_ID_REUSED' });
    expect(secretCompared).not.toHaveBeenCalled();
  });

  it('that comes again does not do the work again', async () => {
    const context = contextOf();
    await run(context);
    const again = vi.fn<Work>(work);
    expect(await run(context, again)).toEqual({ body: { effect: 'had' }, replayed: true });
    expect(again).not.toHaveBeenCalled();
  });

  it('is answered with the refusal that was stored, once it is committed', async () => {
    const context = contextOf();
    const refused = vi.fn<Work>(async () => await Promise.resolve({ answer: storedProblem('PIN_TOO_WEAK') }));
    await expect(run(context, refused)).rejects.toMatchObject({ code: 'PIN_TOO_WEAK', replayed: false });
    await expect(run(context, refused)).rejects.toMatchObject({ code: 'PIN_TOO_WEAK', replayed: true });
    expect(refused).toHaveBeenCalledTimes(1);
  });

  it('that is refused keeps nothing, and may be tried again', async () => {
    const context = contextOf();
    const before = await contents(rig.owner);
    const refuse = async (manager: EntityManager) => {
      await work(manager);
      throw new PinwardError('CARD_CLOSED');
    };
    await expect(run(context, refuse)).rejects.toMatchObject({ code: 'CARD_CLOSED' });
    expect(await contents(rig.owner)).toBe(before);
    expect(await run(context)).toMatchObject({ replayed: false });
  });

  it('that is refused for what its own copy has brought about gets the copy’s answer', async () => {
    const context = contextOf();
    const late = run(context, async () => {
      await run(context);
      throw new PinwardError('PIN_ALREADY_SET');
    });
    expect(await late).toEqual({ body: { effect: 'had' }, replayed: true });
  });

  it('shows a secret once, also of copies at once, and keeps none', async () => {
    const context = contextOf();
    const show = () =>
      onceShown(rig.dataSource, context, call, async () => await Promise.resolve({ shown: 'the secret' }));
    const results = await Promise.allSettled(Array.from({ length: 12 }, show));
    expect(results.filter(({ status }) => status === 'fulfilled')).toHaveLength(1);
    for (const result of results)
      if (result.status === 'rejected')
        expect(result.reason).toMatchObject({ code: 'REQUEST_NOT_REPLAYABLE' });
    expect(await contents(rig.owner)).not.toContain('the secret');
  });

  it('shows nothing under an id that has another answer, and tells a stored refusal again', async () => {
    const show = vi.fn<() => Promise<{ shown: string }>>(
      async () => await Promise.resolve({ shown: 'the secret' }),
    );
    const answeredOtherwise = contextOf();
    await run(answeredOtherwise);
    await expect(onceShown(rig.dataSource, answeredOtherwise, call, show)).rejects.toMatchObject({
      code: 'REQUEST_NOT_REPLAYABLE',
    });
    const refusedBefore = contextOf();
    const refusal = async () => await Promise.resolve({ answer: storedProblem('OTP_REJECTED') });
    await expect(run(refusedBefore, refusal)).rejects.toMatchObject({ code: 'OTP_REJECTED' });
    await expect(onceShown(rig.dataSource, refusedBefore, call, show)).rejects.toMatchObject({
      code: 'OTP_REJECTED',
      replayed: true,
    });
    expect(show).not.toHaveBeenCalled();
  });

  it('is not begun while a brake is pulled', async () => {
    const brake = "'default', gen_random_uuid(), 'operation', 'pin.set', 'test', 'somebody', 'test'";
    await rig.owner.query(
      `INSERT INTO brakes (tenant_id, brake_id, kind, target, reason, pulled_by, pulled_through) VALUES (${brake})`,
    );
    const begun = vi.fn<Work>(work);
    const stopped = { ...call, cardId, stoppedAs: 'pin.set' } as const;
    await expect(once(rig.dataSource, contextOf(), stopped, begun)).rejects.toMatchObject({
      code: 'OPERATIONS_SUSPENDED',
    });
    expect(begun).not.toHaveBeenCalled();
    await rig.owner.query('DELETE FROM brakes');
  });
});
