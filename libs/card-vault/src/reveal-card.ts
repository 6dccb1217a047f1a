import type { DataSource } from 'typeorm';
import { CardEntity, outsideTransaction } from '#libs/database';
import { PinwardError } from '#libs/errors';
import type { CheckOtp, GivenOtp } from '#libs/otp';
import { fresh, onceShown, refuseRepeat, type Answered, type RequestContext } from '#libs/requests';
import type { CardVault } from './card-vault.js';
import { recordReveal } from './persistence/record-reveal.js';
import { encryptTo, recipientKey } from './recipient-key.js';

export interface RevealCardRequest {
  readonly context: RequestContext;
  readonly cardId: string;
  readonly otp: GivenOtp;
  /** A public JWK (RFC 7517). */
  readonly recipientKey: Readonly<Record<string, unknown>>;
}

export interface CardRevealed {
  /** Compact JWE of `{ cardId, pan, expiry?, holderName? }`. */
  readonly jwe: string;
}

/** The only way in which full card data leave: encrypted to a key of the caller, for a cardholder who has the code. */
export class RevealCard {
  constructor(
    private readonly vault: CardVault,
    private readonly checkOtp: CheckOtp,
    private readonly dataSource: DataSource,
  ) {}

  async execute({
    context,
    cardId,
    otp,
    recipientKey: jwk,
  }: RevealCardRequest): Promise<Answered<CardRevealed>> {
    // 1. Refuse what can be refused without cost. The answer is never stored: a repeated request gets none.
    const recipient = await recipientKey(jwk);
    await refuseRepeat(this.dataSource, context);
    const card = { tenantId: context.tenantId, cardId };
    await this.assertOpen(card);
    // 2. The one-time password, before anything is opened.
    const purpose = 'card-reveal';
    await this.checkOtp.execute({ context, cardId, purpose, otp });
    // 3. Open the data inside the HSM, and encrypt it to the caller.
    const data = await this.vault.open(card);
    if (data === null) throw new PinwardError('CARD_DATA_MISSING');
    const { pan, expiry, holderName } = data;
    const details = {
      cardId,
      pan,
      ...(expiry === null ? {} : { expiry }),
      ...(holderName === null ? {} : { holderName }),
    };
    const plaintext = Buffer.from(JSON.stringify(details), 'utf8');
    const jwe = await encryptTo(recipient, plaintext).finally(() => plaintext.fill(0));
    // 4. The caller gets it only after it is recorded and the one-time password is used up.
    const binding = { ...card, purpose, otpId: otp.otpId } as const;
    const call = { action: 'card.reveal', cardId, stoppedAs: 'card.reveal' } as const;
    return await onceShown(this.dataSource, context, call, async (manager) => {
      await recordReveal(manager, context, binding);
      const line = { result: 'revealed', details: { otpId: otp.otpId } };
      return { shown: fresh({ jwe }), line };
    });
  }

  private async assertOpen({ tenantId, cardId }: { tenantId: string; cardId: string }): Promise<void> {
    const row = await outsideTransaction(() =>
      this.dataSource.manager.findOneBy(CardEntity, { tenantId, cardId }),
    );
    if (row === null) throw new PinwardError('CARD_NOT_FOUND');
    if (row.pinStatus === 'closed') throw new PinwardError('CARD_CLOSED');
    if (row.panLast4 === null) throw new PinwardError('CARD_DATA_MISSING');
  }
}
