import type { DataSource } from 'typeorm';
import { CardDataEntity, outsideTransaction } from '#libs/database';
import { PinwardError } from '#libs/errors';
import { lengthPrefixed, PROTECTED_AT_ONCE, SealBroken, unavailableIfHsmFault, type PinHsm } from '#libs/hsm';
import { pinAccountFromPan } from '#libs/client/pin-block';
import { CardData } from './card-data.js';

export interface CardIdentity {
  readonly tenantId: string;
  readonly cardId: string;
}

/** Card data as the database stores them. */
export type SealedCardData = Pick<
  CardDataEntity,
  'pan' | 'expiry' | 'holderName' | 'sealGeneration' | 'panFingerprint' | 'fingerprintGeneration'
>;

type Column = 'pan' | 'expiry' | 'holder_name';

/** So many cards with all their data are sealed in one operation: three values and one fingerprint each. */
export const SEALED_TOGETHER = PROTECTED_AT_ONCE / 4;

/** Card data go in and come out only here; the HSM seals every value for its tenant, column and card. */
export class CardVault {
  constructor(
    private readonly hsm: PinHsm,
    private readonly dataSource: DataSource,
  ) {}

  /** @throws PinwardError HSM_UNAVAILABLE */
  async seal({ tenantId, cardId }: CardIdentity, data: CardData): Promise<SealedCardData> {
    const [sealed] = await this.sealTogether(tenantId, [{ cardId, data }]);
    if (sealed === undefined) throw new Error('a card was left unsealed');
    return sealed;
  }

  /**
   * The same for cards of one tenant, at most SEALED_TOGETHER, in one operation of the HSM and in their order.
   *
   * @throws PinwardError HSM_UNAVAILABLE
   */
  async sealTogether(
    tenantId: string,
    cards: readonly { readonly cardId: string; readonly data: CardData }[],
  ): Promise<readonly SealedCardData[]> {
    const wanted = cards.map(({ cardId, data }) =>
      columnsOf(data).map(([column, value]) => ({
        ...({ kind: 'card-vault', column, value } as const),
        associatedData: associatedData({ tenantId, cardId }, column),
      })),
    );
    const macs = cards.map(({ data }) => ({ kind: 'lookup' as const, input: fingerprinted(tenantId, data) }));
    const made = await this.hsm
      .protect({ tenantId, seals: wanted.flat(), macs })
      .catch(unavailableIfHsmFault);
    const seals = made.seals.values();
    return wanted.map((columns, at) => {
      const sealed = new Map(columns.map(({ column }) => [column, seals.next().value]));
      const [pan, fingerprint] = [sealed.get('pan'), made.macs[at]];
      if (pan === undefined || fingerprint === undefined) throw new Error('a card was left unsealed');
      return {
        pan: pan.bytes,
        expiry: sealed.get('expiry')?.bytes ?? null,
        holderName: sealed.get('holder_name')?.bytes ?? null,
        sealGeneration: pan.generation,
        fingerprintGeneration: fingerprint.generation,
        panFingerprint: fingerprint.value,
      };
    });
  }

  /** Null for a card without data. @throws PinwardError HSM_UNAVAILABLE, or INTERNAL when a stored value was changed */
  async open(card: CardIdentity): Promise<CardData | null> {
    const stored = await this.read(card);
    return stored === null ? null : await this.openStored(card, stored);
  }

  /** Null for data that were changed or are not in their place. @throws PinwardError HSM_UNAVAILABLE */
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

  /** The PIN account of a card that takes it from its PAN: 12 digits, stored nowhere (docs/pin-envelope.md). */
  async pinAccountOf(card: CardIdentity): Promise<string> {
    const stored = await this.read(card);
    if (stored === null) throw new PinwardError('INTERNAL', {}, { cause: new Error('the card has no PAN') });
    return pinAccountFromPan(await this.openColumn(card, stored, { column: 'pan', bytes: stored.pan }));
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

/** The values that there are. */
function columnsOf({ pan, expiry, holderName }: CardData): readonly (readonly [Column, Buffer])[] {
  const all = [['pan', pan] as const, ['expiry', expiry] as const, ['holder_name', holderName] as const];
  return all.flatMap(([column, value]) =>
    value === null ? [] : [[column, Buffer.from(value, 'utf8')] as const],
  );
}

function fingerprinted(tenantId: string, { pan }: CardData): Buffer {
  return lengthPrefixed('pinward:pan:v1', tenantId, pan);
}

function associatedData({ tenantId, cardId }: CardIdentity, column: Column): string[] {
  return [`card_data.${column}`, tenantId, cardId];
}
