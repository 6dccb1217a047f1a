import { randomUUID } from 'node:crypto';
import type { DataSource } from 'typeorm';
import { CardVault } from '#libs/card-vault';
import { encryptPinFor, type EncryptedPin } from '#libs/client';
import type { PinHsm } from '#libs/hsm';
import { CheckOtp, deliverOtps, IssueOtp, type GivenOtp, type OtpPurpose } from '#libs/otp';
import { SecretText } from '#libs/secret-text';
import {
  ChangePin,
  Evaluations,
  NewPins,
  type CardStore,
  RegisterCard,
  ResetPin,
  SetPin,
  UnlockPin,
  ValidatePin,
  WeakPins,
  type MonotonicClock,
  type PinPolicy,
} from '#libs/pin';
import { contextOf, openStore, POLICY, type StoreUnderTest } from '../store/store-kit.js';
import { FakeHsm } from '../support/fake-hsm.js';

export interface KnownCard {
  readonly cardId: string;
  readonly pinAccount: string;
}

interface Wiring {
  readonly dataSource: DataSource;
  readonly policy?: PinPolicy;
  readonly clock?: MonotonicClock;
}

/** The use cases as the service wires them. */
export function useCases(hsm: PinHsm, store: CardStore, { dataSource, policy = POLICY, clock }: Wiring) {
  const vault = new CardVault(hsm, dataSource);
  const weakPins = new WeakPins(hsm, vault);
  const checkOtp = new CheckOtp(hsm, dataSource);
  const evaluations = new Evaluations(hsm, store, policy, clock);
  const newPins = new NewPins(dataSource, policy);
  return {
    registerCard: new RegisterCard(dataSource, policy, store, vault),
    setPin: new SetPin(hsm, dataSource, store, newPins, evaluations, weakPins, checkOtp),
    validatePin: new ValidatePin(hsm, evaluations),
    changePin: new ChangePin(hsm, store, evaluations, weakPins, checkOtp),
    resetPin: new ResetPin(hsm, dataSource, store, newPins, evaluations, weakPins, checkOtp),
    unlockPin: new UnlockPin(dataSource, policy),
  };
}

type UseCases = ReturnType<typeof useCases>;

/** The domain on a real database, with the fake HSM: what crosses PKCS#11 is tested elsewhere. */
export interface PinKit extends AsyncDisposable, StoreUnderTest, UseCases {
  readonly hsm: FakeHsm;
  encrypt(pin: string, card: KnownCard): Promise<EncryptedPin>;
  otpFor(card: KnownCard, purpose: OtpPurpose): Promise<GivenOtp>;
  register(): Promise<KnownCard>;
  cardWithPin(pin: string): Promise<KnownCard>;
  /** One validation with a new envelope and a new request id. */
  validate(card: KnownCard, pin: string): ReturnType<ValidatePin['execute']>;
  change(card: KnownCard, currentPin: string, newPin: string): ReturnType<ChangePin['execute']>;
  unlock(card: KnownCard): ReturnType<UnlockPin['execute']>;
}

export async function openPinKit({
  policy = POLICY,
  clock = () => process.hrtime.bigint(),
} = {}): Promise<PinKit> {
  const opened = await openStore({ policy });
  const hsm = await FakeHsm.open({ clock });
  const { dataSource } = opened;
  const cases = useCases(hsm, opened.store, { dataSource, policy, clock });
  const issueOtp = new IssueOtp(hsm, dataSource, { issuedPerCardAndHour: 1_000 });
  const delivered = new Map<string, GivenOtp>();
  const otpFor = async ({ cardId }: KnownCard, purpose: OtpPurpose): Promise<GivenOtp> => {
    const { body } = await issueOtp.execute({
      context: contextOf({ path: `${cardId} otp` }),
      cardId,
      purpose,
    });
    await deliverOtps(dataSource, hsm, async (otp) => void delivered.set(otp.otpId, otp));
    // One that another has superseded before it was delivered has no code any more.
    return delivered.get(body.otpId) ?? { otpId: body.otpId, code: new SecretText('000000') };
  };
  const encrypt = async (pin: string, { cardId, pinAccount }: KnownCard) => {
    const [key] = hsm.transportKeys();
    if (key === undefined) throw new Error('no transport key');
    return await encryptPinFor({
      pin,
      pinAccount,
      cardId,
      key: { kty: 'RSA', use: 'enc', ...published(key) },
    });
  };
  const register = async () => {
    const { body } = await cases.registerCard.execute({
      context: contextOf(),
      cardRef: `ref-${randomUUID()}`,
      data: null,
      pinAccountSource: 'surrogate',
      chip: false,
      view: ({ cardId, pinAccount }) => ({ cardId, pinAccount }),
    });
    return body as unknown as KnownCard;
  };
  return {
    ...opened,
    ...cases,
    hsm,
    encrypt,
    otpFor,
    register,
    async cardWithPin(pin) {
      const card = await register();
      await cases.setPin.execute({
        context: contextOf({ path: card.cardId }),
        cardId: card.cardId,
        encryptedPin: await encrypt(pin, card),
        otp: null,
      });
      return card;
    },
    async validate(card, pin) {
      const encryptedPin = await encrypt(pin, card);
      return await cases.validatePin.execute({
        context: contextOf({ path: card.cardId }),
        cardId: card.cardId,
        encryptedPin,
      });
    },
    async change(card, currentPin, newPin) {
      return await cases.changePin.execute({
        context: contextOf({ path: card.cardId }),
        cardId: card.cardId,
        currentPin: await encrypt(currentPin, card),
        newPin: await encrypt(newPin, card),
        otp: await otpFor(card, 'pin-change'),
      });
    },
    async unlock({ cardId }) {
      return await cases.unlockPin.execute({
        context: contextOf({ path: cardId }),
        cardId,
        reason: 'cardholder called',
      });
    },
  };
}

function published<Key extends { readonly expiresAt: Date | null }>(key: Key) {
  return { ...key, expiresAt: key.expiresAt?.toISOString() ?? null };
}
