import { generateKeyPairSync, randomUUID } from 'node:crypto';
import { encryptPin, type PinKeySet } from '#libs/client';
import { deliveredCode } from '../../../scripts/service/delivered-code.js';
import { randomPan } from '../../support/random-pan.js';
import { randomPin } from '../../support/random-pin.js';
import type { ServiceProcess, ServiceResponse, TestIdentity } from '../../rigs/service-process.js';

export interface LoadClient {
  readonly clientId: string;
  readonly clientSecret: string;
}

export interface LoadScene {
  /** Replicas; each request goes to the next one. */
  readonly services: readonly ServiceProcess[];
  readonly identity: TestIdentity;
  readonly client: LoadClient;
  /** Thumbprints of the manifest keys; a rotation adds the next before it is used. */
  readonly manifestPins: readonly string[];
}

interface LoadCard {
  readonly cardId: string;
  readonly pinAccount: string;
  pin: string;
}

interface Sent {
  readonly path: string;
  readonly body: string;
  readonly requestId: string;
  readonly answer: ServiceResponse;
}

/** A card app that does a bit of everything all the time, on several replicas, and notes what did not go as it should. */
export class RotationLoad {
  readonly failures: string[] = [];
  readonly done = new Map<string, number>();
  readonly cards: LoadCard[] = [];
  readonly #recipient = generateKeyPairSync('ec', { namedCurve: 'P-256' }).publicKey.export({
    format: 'jwk',
  });
  readonly #sent: Sent[] = [];
  #stopped = false;
  #token = '';
  #turn = 0;
  #running: Promise<unknown> = Promise.resolve();

  constructor(private readonly scene: LoadScene) {}

  async start(callers: number): Promise<void> {
    await this.newToken();
    const cards: LoadCard[] = [];
    for (let caller = 0; caller < callers; caller += 1) cards.push(await this.newCard());
    this.#running = Promise.all([...cards.map((card) => this.call(card)), this.ask()]);
  }

  async stop(): Promise<void> {
    this.#stopped = true;
    await this.#running;
  }

  /** Every card of the load once, so that each has had a success since. */
  async validateAll(): Promise<void> {
    for (const card of this.cards) await this.validate(card);
  }

  get operations(): number {
    return [...this.done.values()].reduce((sum, count) => sum + count, 0);
  }

  /** One caller has one card: two at once would be told that an evaluation is in progress. */
  private async call(card: LoadCard): Promise<void> {
    for (let turn = 0; !this.#stopped; turn += 1) {
      await this.validate(card);
      if (turn % 4 === 1) await this.repeat();
      if (turn % 8 === 3) await this.change(card);
      if (turn % 8 === 5) await this.reveal(card);
      if (turn % 8 === 7) await this.validate(await this.newCard());
    }
  }

  /** Tokens under the newest key, used by all callers at once. */
  private async ask(): Promise<void> {
    while (!this.#stopped) {
      await this.newToken();
      await this.send('GET', '/v1/pin-keys', null, 200);
    }
  }

  private async validate(card: LoadCard): Promise<void> {
    const encryptedPin = await this.encrypt(card, card.pin);
    const answer = await this.send('POST', `/v1/cards/${card.cardId}/pin/validate`, { encryptedPin }, 200);
    const { verified } = answer.body as { verified?: boolean };
    if (answer.status === 200 && verified !== true)
      this.failures.push(`validate: ${JSON.stringify(answer.body)}`);
  }

  private async change(card: LoadCard): Promise<void> {
    const next = randomPin();
    const otp = await this.otp(card, 'pin-change');
    const [currentPin, newPin] = [await this.encrypt(card, card.pin), await this.encrypt(card, next)];
    const body = { currentPin, newPin, otp };
    const answer = await this.send('POST', `/v1/cards/${card.cardId}/pin/change`, body, 200);
    if ((answer.body as { changed?: boolean }).changed === true) card.pin = next;
  }

  private async reveal(card: LoadCard): Promise<void> {
    const otp = await this.otp(card, 'card-reveal');
    await this.send('POST', `/v1/cards/${card.cardId}/reveal`, { otp, recipientKey: this.#recipient }, 200);
  }

  private async otp({ cardId }: LoadCard, purpose: string) {
    const answer = await this.send('POST', `/v1/cards/${cardId}/otp`, { purpose }, 202);
    const { otpId } = answer.body as { otpId: string };
    return { otpId, code: await deliveredCode(this.scene.identity.outboxFile, otpId) };
  }

  private async newCard(): Promise<LoadCard> {
    const data = { cardRef: `ref-${randomUUID()}`, pan: randomPan(), expiry: '12/29', holderName: 'ANNA' };
    const registered = await this.send('POST', '/v1/cards', data, 201);
    const { cardId, pinAccount } = registered.body as LoadCard;
    const card: LoadCard = { cardId, pinAccount, pin: randomPin() };
    const encryptedPin = await this.encrypt(card, card.pin);
    await this.send('POST', `/v1/cards/${cardId}/pin`, { encryptedPin }, 201);
    this.cards.push(card);
    return card;
  }

  /** An earlier request with the same bytes under the same id: the same answer, whichever lookup key told it then. */
  private async repeat(): Promise<void> {
    const earlier = this.#sent[Math.floor(Math.random() * this.#sent.length)];
    if (earlier === undefined) return;
    const { path, body, requestId, answer } = earlier;
    const again = await this.request('POST', path, body, requestId);
    this.count('repeat');
    const same = again.status === answer.status && JSON.stringify(again.body) === JSON.stringify(answer.body);
    if (!same || again.headers['idempotent-replayed'] !== 'true')
      this.failures.push(`repeat ${path}: ${again.status} ${JSON.stringify(again.body)}`);
  }

  private async newToken(): Promise<void> {
    const { clientId, clientSecret } = this.scene.client;
    const form = { grant_type: 'client_credentials', client_id: clientId, client_secret: clientSecret };
    const answer = await this.next().request('POST', '/v1/oauth/token', {
      body: new URLSearchParams(form).toString(),
      headers: { 'content-type': 'application/x-www-form-urlencoded' },
    });
    this.count('token');
    if (answer.status === 200) this.#token = (answer.body as { access_token: string }).access_token;
    else this.failures.push(`token: ${answer.status} ${JSON.stringify(answer.body)}`);
  }

  /** From whichever replica, with the pins that a card app was shipped with. */
  private async encrypt({ cardId, pinAccount }: LoadCard, pin: string) {
    const keys = await this.request('GET', '/v1/pin-keys', null, randomUUID());
    const keySet = keys.body as PinKeySet;
    return await encryptPin({ pin, cardId, pinAccount, keySet, manifestPins: this.scene.manifestPins });
  }

  private async send(
    method: 'GET' | 'POST',
    path: string,
    body: object | null,
    expected: number,
  ): Promise<ServiceResponse> {
    const requestId = randomUUID();
    const bytes = body === null ? null : JSON.stringify(body);
    const answer = await this.request(method, path, bytes, requestId);
    const name = path.split('/').at(-1) ?? path;
    this.count(name);
    if (answer.status !== expected)
      this.failures.push(`${method} ${path}: ${answer.status} ${JSON.stringify(answer.body)}`);
    // What carries card data is never answered a second time.
    else if (bytes !== null && name !== 'reveal') this.#sent.push({ path, body: bytes, requestId, answer });
    return answer;
  }

  private async request(
    method: string,
    path: string,
    body: string | null,
    requestId: string,
  ): Promise<ServiceResponse> {
    const headers = { 'content-type': 'application/json', 'x-request-id': requestId };
    const sent =
      body === null
        ? { token: this.#token }
        : {
            token: this.#token,
            body,
            headers: { ...headers, 'content-length': String(Buffer.byteLength(body)) },
          };
    return await this.next().request(method, path, sent);
  }

  private next(): ServiceProcess {
    const { services } = this.scene;
    this.#turn += 1;
    const service = services[this.#turn % services.length];
    if (service === undefined) throw new Error('no replica');
    return service;
  }

  private count(name: string): void {
    this.done.set(name, (this.done.get(name) ?? 0) + 1);
  }
}
