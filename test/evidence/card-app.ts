import { randomUUID } from 'node:crypto';
import { currentPinKey, encryptPinFor, type PinKeySet, type PublishedPinKey } from '#libs/client';
import { deliveredCode } from '../../scripts/service/delivered-code.js';
import type { ServiceProcess, TestIdentity } from '../rigs/service-process.js';

const SCOPES = [
  'cards:read',
  'cards:write',
  'pin:set',
  'pin:validate',
  'pin:change',
  'pin:reset',
  'otp:issue',
];
/** Seconds; longer than any run. */
const TOKEN_LIFETIME = 12 * 60 * 60;
/** What the shim's log names a ciphertext by: its first 16 bytes. */
const PREFIX_BYTES = 16;

export interface IssuedCard {
  readonly cardId: string;
  readonly pinAccount: string;
}

export interface GivenCode {
  readonly otpId: string;
  readonly code: string;
}

/** An envelope as the shim's log knows it. */
export interface SentEnvelope {
  readonly prefix: string;
}

/** A request that can be sent again and again with the same bytes under the same id. */
export interface PreparedRequest {
  readonly card: IssuedCard;
  readonly path: string;
  readonly body: string;
  readonly requestId: string;
  /** The one that the card's PIN is evaluated with; for a change the new PIN's follows. */
  readonly envelopes: readonly [SentEnvelope, ...SentEnvelope[]];
}

/** An answer of the service, reduced to what these tests ask about. */
export interface PinAnswer {
  readonly status: number;
  readonly replayed: boolean;
  /** Seconds. */
  readonly retryAfter: number | null;
  readonly body: {
    readonly code?: string;
    readonly verified?: boolean;
    readonly changed?: boolean;
    readonly reason?: string;
    readonly triesRemaining?: number;
    readonly pinStatus?: string;
  };
}

/** What card apps and operators do, with any service process that shares the identity. */
export class CardApp {
  #key: PublishedPinKey | null = null;

  private constructor(
    private readonly token: string,
    private readonly operator: string,
    private readonly outboxFile: string,
  ) {}

  static async of(identity: TestIdentity): Promise<CardApp> {
    const lifetime = TOKEN_LIFETIME;
    return new CardApp(
      await identity.tokenFor({ scopes: SCOPES, clientId: 'card-app', lifetime }),
      await identity.tokenFor({ scopes: ['ops:unlock'], clientId: 'operator-1', lifetime }),
      identity.outboxFile,
    );
  }

  async cardWithPin(service: ServiceProcess, pin: string): Promise<IssuedCard> {
    const { token } = this;
    const keys = await service.request('GET', '/v1/pin-keys', { token });
    this.#key = currentPinKey(keys.body as PinKeySet);
    const body = { cardRef: `ref-${randomUUID()}` };
    const card = (await service.request('POST', '/v1/cards', { token, body })).body as IssuedCard;
    const { encryptedPin } = await this.encrypt(pin, card);
    const set = await service.request('POST', `/v1/cards/${card.cardId}/pin`, {
      token,
      body: { encryptedPin },
    });
    if (set.status !== 201) throw new Error(`the PIN was not set: ${set.status}`);
    return card;
  }

  async validation(card: IssuedCard, pin: string): Promise<PreparedRequest> {
    const { encryptedPin, sent } = await this.encrypt(pin, card);
    return prepared(card, 'validate', { encryptedPin }, [sent]);
  }

  /** Right length, below the modulus, and no ciphertext of anything. */
  garbage(card: IssuedCard): PreparedRequest {
    const { kid, alg, n } = this.key;
    const ciphertext = Buffer.from(n, 'base64url').fill(randomUUID());
    ciphertext[0] = 1;
    const encryptedPin = { kid, alg, ciphertext: ciphertext.toString('base64url') };
    return prepared(card, 'validate', { encryptedPin }, [sentEnvelope(ciphertext)]);
  }

  /** With its code, as the cardholder got it; ends the card's earlier one. */
  async otp(service: ServiceProcess, { cardId }: IssuedCard, purpose = 'pin-change'): Promise<GivenCode> {
    const { token } = this;
    const { body, status } = await service.request('POST', `/v1/cards/${cardId}/otp`, {
      token,
      body: { purpose },
    });
    if (status !== 202) throw new Error(`no one-time password was issued: ${status}`);
    const { otpId } = body as { otpId: string };
    return { otpId, code: await deliveredCode(this.outboxFile, otpId) };
  }

  async change(
    card: IssuedCard,
    currentPin: string,
    newPin: string,
    otp: GivenCode,
  ): Promise<PreparedRequest> {
    const current = await this.encrypt(currentPin, card);
    const next = await this.encrypt(newPin, card);
    const body = { currentPin: current.encryptedPin, newPin: next.encryptedPin, otp };
    return prepared(card, 'change', body, [current.sent, next.sent]);
  }

  async reset(card: IssuedCard, newPin: string, otp: GivenCode): Promise<PreparedRequest> {
    const next = await this.encrypt(newPin, card);
    return prepared(card, 'reset', { newPin: next.encryptedPin, otp }, [next.sent]);
  }

  /** Rejects when the service dies meanwhile. */
  async send(service: ServiceProcess, { path, body, requestId }: PreparedRequest): Promise<PinAnswer> {
    const headers = { 'content-type': 'application/json', 'x-request-id': requestId };
    const answer = await service.request('POST', path, {
      token: this.token,
      body,
      headers: { ...headers, 'content-length': String(Buffer.byteLength(body)) },
    });
    const retryAfter = answer.headers['retry-after'];
    return {
      status: answer.status,
      replayed: answer.headers['idempotent-replayed'] === 'true',
      retryAfter: retryAfter === undefined ? null : Number(retryAfter),
      body: answer.body as PinAnswer['body'],
    };
  }

  /** With a new envelope under a new id. */
  async validate(service: ServiceProcess, card: IssuedCard, pin: string): Promise<PinAnswer> {
    return await this.send(service, await this.validation(card, pin));
  }

  /** Tries left, as the service tells a reader. */
  async triesRemaining(service: ServiceProcess, { cardId }: IssuedCard): Promise<number> {
    const { body } = await service.request('GET', `/v1/cards/${cardId}`, { token: this.token });
    return (body as { triesRemaining: number }).triesRemaining;
  }

  async unlock(service: ServiceProcess, { cardId }: IssuedCard): Promise<void> {
    const { status } = await service.request('POST', `/v1/admin/cards/${cardId}/unlock`, {
      token: this.operator,
      body: { reason: 'cardholder called' },
    });
    if (status !== 200) throw new Error(`not unlocked: ${status}`);
  }

  private async encrypt(pin: string, { cardId, pinAccount }: IssuedCard) {
    const encryptedPin = await encryptPinFor({ pin, cardId, pinAccount, key: this.key });
    return { encryptedPin, sent: sentEnvelope(Buffer.from(encryptedPin.ciphertext, 'base64url')) };
  }

  private get key(): PublishedPinKey {
    if (this.#key === null) throw new Error('no card has been made yet');
    return this.#key;
  }
}

function prepared(
  card: IssuedCard,
  operation: 'validate' | 'change' | 'reset',
  body: unknown,
  envelopes: PreparedRequest['envelopes'],
): PreparedRequest {
  const path = `/v1/cards/${card.cardId}/pin/${operation}`;
  return { card, path, body: JSON.stringify(body), requestId: randomUUID(), envelopes };
}

function sentEnvelope(ciphertext: Buffer): SentEnvelope {
  return { prefix: ciphertext.toString('hex', 0, PREFIX_BYTES) };
}
