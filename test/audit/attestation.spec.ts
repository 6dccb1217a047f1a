import { randomUUID } from 'node:crypto';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { explainFinding } from '#libs/audit';
import { DeviceFault, HsmUnavailable } from '#libs/hsm';
import type { CardStore } from '#libs/pin';
import { appendAudit } from '#libs/requests';
import { openPinKit, useCases, type KnownCard, type PinKit } from '../pin/pin-kit.js';
import { contextOf, evaluate, newCardWithPin, spendOf } from '../store/store-kit.js';
import { ACTOR, begin, cardsOf, found, lineAsService, settleAsService, trailOf } from './attestation-kit.js';

let kit: PinKit;
beforeEach(async () => {
  kit = await openPinKit();
});
afterEach(() => kit[Symbol.asyncDispose]());

const NOTHING = { trail: [], cards: [] };
const spent = async ({ cardId }: KnownCard) => {
  const request = spendOf(cardId);
  await kit.store.spend(request);
  return request;
};
const detailsOf = async (cardId: string, action: string): Promise<Record<string, object>> => {
  const [line] = await kit.owner.query<{ details: string }[]>(
    `SELECT details FROM audit_events WHERE card_id = $1 AND action = $2 AND phase = 'outcome' ORDER BY audit_id DESC LIMIT 1`,
    [cardId, action],
  );
  return JSON.parse(line?.details ?? '{}') as Record<string, object>;
};
/** The verifier of the PIN before, put back by an attacker with the owner's rights, without a line. */
const SWAP = `
UPDATE cards c SET verifier = h.verifier, verifier_salt = h.verifier_salt, verifier_generation = h.verifier_generation,
       verifier_mac = h.verifier_mac, verifier_mac_generation = h.verifier_mac_generation,
       verifier_event_no = h.verifier_event_no
  FROM pin_history h WHERE h.card_id = c.card_id AND c.card_id = $1`;
const verifierColumns = async (cardId: string) => {
  const columns = `verifier, verifier_salt, verifier_generation, verifier_mac, verifier_mac_generation, verifier_event_no`;
  const [row] = await kit.owner.query<Record<string, unknown>[]>(
    `SELECT ${columns} FROM cards WHERE card_id = $1`,
    [cardId],
  );
  return async () => {
    const values = Object.values(row ?? {});
    const places = values.map((_, index) => `$${index + 2}`).join(', ');
    await kit.owner.query(`UPDATE cards SET (${columns}) = (${places}) WHERE card_id = $1`, [
      cardId,
      ...values,
    ]);
  };
};

describe('a database that was not touched', () => {
  it('is found sound after every kind of step', async () => {
    expect(await begin(kit)).toBe(true);
    const card = await kit.cardWithPin('4832');
    await kit.validate(card, '4832');
    await kit.validate(card, '4833');
    await kit.change(card, '4832', '7391');
    await kit.change(card, '7391', '4832').catch(() => undefined);
    kit.hsm.failNext(new DeviceFault('the device is failing'));
    await kit.validate(card, '7391').catch(() => undefined);
    kit.hsm.failNext(new HsmUnavailable('the host is gone'));
    await kit.validate(card, '7391').catch(() => undefined);
    const otp = await kit.otpFor(card, 'pin-reset');
    const { cardId } = card;
    await kit.resetPin.execute({
      context: contextOf({ path: cardId }),
      cardId,
      otp,
      newPin: await kit.encrypt('902755', card),
    });
    for (let tries = 0; tries < 3; tries += 1) await kit.validate(card, '1111');
    await kit.unlock(card);
    const rotated = useCases(kit.hsm.rotated(2), kit.store, kit);
    const encryptedPin = await kit.encrypt('902755', card);
    await rotated.validatePin.execute({ context: contextOf({ path: cardId }), cardId, encryptedPin });
    expect((await detailsOf(cardId, 'pin.validate'))['renewed']).toBe(true);
    await kit.store.spend(spendOf(cardId));

    expect(await found(kit)).toEqual(NOTHING);
    const { attestation } = await trailOf(kit);
    expect(attestation).toMatchObject({ checked: true, before: 0, keyRetired: 0, givenBackUnattested: 1 });
    expect(attestation.attested).toBeGreaterThan(10);
    // The card's own and those of the two PINs before it.
    expect((await cardsOf(kit)).attestation).toMatchObject({ checked: true, attested: 3, before: 0 });
  });

  it('tells how much was written before there was anything to check, and passes', async () => {
    const cardId = await newCardWithPin(kit.store);
    await evaluate(kit.store, cardId, 'matched');
    await begin(kit);
    const card = await kit.cardWithPin('4832');
    await kit.validate(card, '4832');
    expect(await found(kit)).toEqual(NOTHING);
    expect((await trailOf(kit)).attestation).toMatchObject({ attested: 2, before: 2 });
    expect((await cardsOf(kit)).attestation).toMatchObject({ attested: 1, before: 1 });
  });

  it('says that nothing was checked where there is no HSM, and still misses what is missing', async () => {
    await begin(kit);
    const card = await kit.cardWithPin('4832');
    expect((await trailOf(kit, null)).attestation).toMatchObject({ checked: false, attested: 1 });
    expect((await cardsOf(kit, null)).attestation).toMatchObject({ checked: false });
    await settleAsService(kit, await spent(card));
    expect((await trailOf(kit, null)).findings).toMatchObject([{ kind: 'unattested', what: 'verdict' }]);
  });
});

describe("an attacker with the service's role", () => {
  let card: KnownCard;
  beforeEach(async () => {
    await begin(kit);
    card = await kit.cardWithPin('4832');
  });

  it.each([{ old: true }, { old: false }])(
    'who calls the settle function is found, each time: as of before %o',
    async ({ old }) => {
      for (let call = 0; call < 16; call += 1) await settleAsService(kit, await spent(card), { old });
      const { findings } = await trailOf(kit);
      expect(findings).toHaveLength(16);
      for (const finding of findings) {
        expect(finding).toMatchObject({ kind: 'unattested', what: 'verdict' });
        expect(explainFinding(finding)).toContain('has not attested this verdict');
      }
    },
  );

  it('is found with the word for another evaluation, or for another verdict', async () => {
    await kit.validate(card, '4832');
    const { verdictMac } = await detailsOf(card.cardId, 'pin.validate');
    await settleAsService(kit, await spent(card), { verdictMac: JSON.stringify(verdictMac) });
    expect((await trailOf(kit)).findings).toMatchObject([{ kind: 'attestation-forged', what: 'verdict' }]);
  });

  it('cannot give tries back unseen: counts follow from the line before', async () => {
    await kit.validate(card, '1111');
    const set = (changes: string) =>
      kit.dataSource.query(`UPDATE cards SET event_no = event_no + 1, ${changes} WHERE card_id = $1`, [
        card.cardId,
      ]);
    await set('tries_spent = 0, failures_without_success = 0');
    await lineAsService(kit, card.cardId, { action: 'pin.validate', result: 'given-back' });
    expect((await found(kit)).cards).toEqual(['counts-differ']);
  });

  it('is found with a verifier put in by a line that fits: of another card, or an older one', async () => {
    const other = await kit.cardWithPin('7391');
    await kit.change(card, '4832', '902755');
    const older = await detailsOf(card.cardId, 'pin.set');
    for (const [source, verifierMac] of [
      [`(SELECT * FROM pin_history WHERE card_id = '${card.cardId}')`, older['verifierMac']],
      [
        `(SELECT * FROM cards WHERE card_id = '${other.cardId}')`,
        (await detailsOf(other.cardId, 'pin.set'))['verifierMac'],
      ],
    ] as const) {
      await kit.dataSource.query(
        `UPDATE cards c SET verifier = s.verifier, verifier_salt = s.verifier_salt, verifier_mac = s.verifier_mac,
                verifier_event_no = s.verifier_event_no, event_no = c.event_no + 1 FROM ${source} s WHERE c.card_id = $1`,
        [card.cardId],
      );
      const line = { action: 'pin.reset', result: 'enrolled', details: { verifierMac } };
      await lineAsService(kit, card.cardId, line);
      const { trail, cards } = await found(kit);
      expect(trail).toEqual(['attestation-forged']);
      expect(cards).toEqual(['verifier-forged']);
    }
    await lineAsService(kit, card.cardId, { action: 'pin.note', result: 'done' });
    expect((await found(kit)).cards).toContain('history-repeated');
  });

  it('is found with a verifier put in by a line that does not say so', async () => {
    await kit.change(card, '4832', '902755');
    await kit.owner.query(SWAP, [card.cardId]);
    await kit.dataSource.query('UPDATE cards SET event_no = event_no + 1 WHERE card_id = $1', [card.cardId]);
    await lineAsService(kit, card.cardId, { action: 'pin.note', result: 'done' });
    expect(await found(kit)).toEqual({ trail: [], cards: ['verifier-replaced'] });
  });

  it('is found when the word for a stored verifier is taken away, on the card or in its history', async () => {
    await kit.change(card, '4832', '902755');
    const [{ mac } = { mac: null }] = await kit.owner.query<{ mac: Buffer | null }[]>(
      'SELECT verifier_mac AS mac FROM pin_history',
    );
    await kit.owner.query('UPDATE pin_history SET verifier_mac = NULL');
    expect((await found(kit)).cards).toEqual(['verifier-unattested']);
    await kit.owner.query('UPDATE pin_history SET verifier_mac = $1', [mac]);
    await kit.dataSource.query('UPDATE cards SET verifier_mac = NULL');
    expect((await found(kit)).cards).toEqual(['verifier-unattested']);
    await kit.dataSource.query('UPDATE cards SET verifier_mac = sha256(verifier)');
    expect((await found(kit)).cards).toEqual(['verifier-forged']);
  });
});

describe('a verifier swapped out and back', () => {
  let card: KnownCard;
  beforeEach(async () => {
    await begin(kit);
    card = await kit.cardWithPin('4832');
    await kit.change(card, '4832', '7391');
  });

  it('around an evaluation is found by the verdict on it, which is true', async () => {
    const back = await verifierColumns(card.cardId);
    await kit.owner.query(SWAP, [card.cardId]);
    expect((await kit.validate(card, '4832')).body).toMatchObject({ verified: true });
    await back();
    const { cards } = await found(kit);
    expect(cards).toContain('verdict-on-other-verifier');
  });

  it('before the settle is found in the line itself', async () => {
    const back = await verifierColumns(card.cardId);
    await kit.owner.query(SWAP, [card.cardId]);
    const store = Object.create(kit.store) as CardStore;
    store.settle = async (request) => {
      await back();
      return await kit.store.settle(request);
    };
    const { validatePin } = useCases(kit.hsm, store, kit);
    const { cardId } = card;
    const encryptedPin = await kit.encrypt('4832', card);
    const context = contextOf({ path: cardId });
    await validatePin.execute({ context, cardId, encryptedPin });
    expect(await found(kit)).toEqual({ trail: ['other-verifier'], cards: ['verdict-on-other-verifier'] });
  });
});

describe('since when verdicts are attested', () => {
  it('is not said while a process of the version before runs', async () => {
    await kit.dataSource.query("INSERT INTO hsm_key_holders (replica_id, keys) VALUES ($1, '{}')", [
      randomUUID(),
    ]);
    expect(await begin(kit)).toBe(false);
    const cardId = await newCardWithPin(kit.store);
    await evaluate(kit.store, cardId, 'matched');
    expect(await found(kit)).toEqual(NOTHING);
    expect((await trailOf(kit)).attestation).toMatchObject({ since: null, before: 2 });
    await kit.dataSource.query("UPDATE hsm_key_holders SET seen_at = seen_at - interval '31 seconds'");
    expect(await begin(kit)).toBe(true);
    await evaluate(kit.store, cardId, 'matched');
    expect((await found(kit)).trail).toEqual(['unattested']);
  });

  it('counts from the first line, also when another is added, and a made-up one is found', async () => {
    await begin(kit);
    await evaluate(kit.store, await newCardWithPin(kit.store), 'matched');
    await begin(kit);
    expect((await found(kit)).trail).toEqual(['unattested']);
    const details = { beginningMac: { key: 1, mac: Buffer.alloc(32).toString('base64') } };
    const line = { action: 'audit.attest', result: 'begun', cardId: null, eventNo: null, details };
    await appendAudit(kit.dataSource.manager, [{ ...ACTOR, requestId: 'forged', ...line }]);
    expect((await found(kit)).trail).toEqual(['attestation-forged', 'unattested']);
  });
});

describe('a key that was retired', () => {
  it('leaves what it attested uncheckable, and attests nothing that is written later', async () => {
    await begin(kit);
    await kit.cardWithPin('4832');
    const keyGone = {
      checkAttestations: async (claims: readonly unknown[]) => claims.map(() => 'unknown-key' as const),
    };
    expect((await trailOf(kit, keyGone)).findings).toMatchObject([{ kind: 'attestation-forged' }]);
    const details = { key: 'lookup-1', state: 'retired' };
    const line = { action: 'key.register', result: 'changed', cardId: null, eventNo: null, details };
    await appendAudit(kit.dataSource.manager, [{ ...ACTOR, requestId: 'retire', ...line }]);
    const report = await trailOf(kit, keyGone);
    expect([report.findings, report.attestation.keyRetired]).toEqual([[], 1]);
    expect((await cardsOf(kit, keyGone)).attestation.keyRetired).toBe(1);
    await kit.cardWithPin('7391');
    expect((await trailOf(kit, keyGone)).findings).toMatchObject([{ kind: 'attestation-forged' }]);
    expect((await cardsOf(kit, keyGone)).findings).toMatchObject([{ kind: 'verifier-forged' }]);
  });
});
