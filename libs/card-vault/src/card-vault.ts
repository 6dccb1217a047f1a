import type { DataSource } from 'typeorm';
import { CardDataEntity, outsideTransaction } from '#libs/database';
import { PinwardError } from '#libs/errors';
import {
  hsmUnavailable,
  lengthPrefixed,
  SealBroken,
  unavailableIfHsmFault,
  type Mac,
  type PinHsm,
} from '#libs/hsm';
import { pinAccountFromPan } from '#libs/pin-block';
import { CardData } from './card-data.js';

export interface CardIdentity {
  readonly tenantId: string;
  readonly cardId: string;
}

/** What the database keeps of card data. */
export type SealedCardData = Pick<
  CardDataEntity,
  'pan' | 'expiry' | 'holderName' | 'sealGeneration' | 'panFingerprint' | 'fingerprintGeneration'
>;

type Column = 'pan' | 'expiry' | 'holder_name';

/** Card data goes in and comes out here alone; every value is sealed for its tenant, column and card by the HSM. */
export class CardVault {
  constructor(
    private readonly hsm: PinHsm,
    private readonly dataSource: DataSource,
  ) {}

  /** @throws PinwardError HSM_UNAVAILABLE */
  async seal(card: CardIdentity, data: CardData): Promise<SealedCardData> {
    // One generation is stored for all values. A rotation in between is over by the next attempt.
    const sealed = (await this.sealOnce(card, data)) ?? (await this.sealOnce(card, data));
    if (sealed === null) throw hsmUnavailable();
    return sealed;
  }

  /** Null when the values came out under different generations. */
  private async sealOnce(card: CardIdentity, data: CardData): Promise<SealedCardData | null> {
    const sealed = async (column: Column, value: string | null) =>
      value === null
        ? null
        : await this.hsm.seal('card-vault', Buffer.from(value, 'utf8'), associatedData(card, column));
    const [pan, expiry, holderName, panFingerprint] = await Promise.all([
      this.hsm.seal('card-vault', Buffer.from(data.pan, 'ascii'), associatedData(card, 'pan')),
      sealed('expiry', data.expiry),
      sealed('holder_name', data.holderName),
      this.panFingerprint(card.tenantId, data.pan),
    ]).catch(unavailableIfHsmFault);
    const generations = new Set([pan, expiry, holderName].flatMap((value) => value?.generation ?? []));
    if (generations.size > 1) return null;
    return {
      pan: pan.bytes,
      expiry: expiry?.bytes ?? null,
      holderName: holderName?.bytes ?? null,
      sealGeneration: pan.generation,
      fingerprintGeneration: panFingerprint.generation,
      panFingerprint: panFingerprint.value,
    };
  }

  /** Null for a card without data. @throws PinwardError HSM_UNAVAILABLE, or INTERNAL when a stored value was changed */
  async open(card: CardIdentity): Promise<CardData | null> {
    const stored = await this.read(card);
    return stored === null ? null : await this.openStored(card, stored);
  }

  /** Null for data that were changed, or put where they do not belong. @throws PinwardError HSM_UNAVAILABLE */
  async openRow(stored: CardDataEntity): Promise<CardData | null> {
    try {
      return await this.openStored(stored, stored);
    } catch (fault) {
      if (fault instanceof PinwardError && fault.cause instanceof SealBroken) return null;
      throw fault;
    }
  }

  private async openStored(card: CardIdentity, stored: CardDataEntity): Promise<CardData> {
    const [pan, expiry, holderName] = await Promise.all([
      this.openColumn(card, stored, { column: 'pan', bytes: stored.pan }),
      stored.expiry && this.openColumn(card, stored, { column: 'expiry', bytes: stored.expiry }),
      stored.holderName && this.openColumn(card, stored, { column: 'holder_name', bytes: stored.holderName }),
    ]);
    return new CardData(pan, expiry, holderName);
  }

  /** The PIN account of a card that takes it from its PAN: 12 digits, kept nowhere (docs/pin-envelope.md). */
  async pinAccountOf(card: CardIdentity): Promise<string> {
    const stored = await this.read(card);
    if (stored === null) throw new PinwardError('INTERNAL', {}, { cause: new Error('the card has no PAN') });
    return pinAccountFromPan(await this.openColumn(card, stored, { column: 'pan', bytes: stored.pan }));
  }

  private async panFingerprint(tenantId: string, pan: string): Promise<Mac> {
    return await this.hsm.mac('lookup', lengthPrefixed('pinward:pan:v1', tenantId, pan));
  }

  private async read({ tenantId, cardId }: CardIdentity): Promise<CardDataEntity | null> {
    return await outsideTransaction(() =>
      this.dataSource.manager.findOneBy(CardDataEntity, { tenantId, cardId }),
    );
  }

  private async openColumn(
    card: CardIdentity,
    { sealGeneration: generation }: CardDataEntity,
    { column, bytes }: { readonly column: Column; readonly bytes: Buffer },
  ): Promise<string> {
    const sealed = { generation, bytes };
    const value = await this.hsm
      .open('card-vault', sealed, associatedData(card, column))
      .catch(unavailableIfHsmFault);
    return value.toString('utf8');
  }
}

function associatedData({ tenantId, cardId }: CardIdentity, column: Column): string[] {
  return [`card_data.${column}`, tenantId, cardId];
}
