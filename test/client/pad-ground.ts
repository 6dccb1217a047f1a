import { NO_RATE_LIMITS } from '../support/no-rate-limits.js';
import { ServiceKit, type KnownCard } from '../service/service-kit.js';
import type { PadDriver } from './pad-driver.js';
import { PadPages, type PadPage } from './pad-pages.js';

const CALLS: Readonly<Record<string, string>> = {
  set: '',
  validate: '/validate',
  change: '/change',
  reset: '/reset',
};

/** A card app of a web page, its backend and the running service. */
export class PadGround implements AsyncDisposable {
  /** What the backend was sent. */
  readonly sent: unknown[] = [];

  private constructor(
    readonly kit: ServiceKit,
    readonly pages: PadPages,
  ) {}

  static async open(chromium: string): Promise<PadGround> {
    const [kit, pages] = await Promise.all([ServiceKit.open(NO_RATE_LIMITS), PadPages.open(chromium)]);
    const ground = new PadGround(kit, pages);
    pages.site.backend = async (path, body) => await ground.answer(path, body);
    return ground;
  }

  /** Of the manifest keys, as the attribute has them. */
  get thumbprints(): string {
    const keys = this.kit.token.registeredKeys.filter(({ kind }) => kind === 'manifest-signing');
    return keys.map(({ fingerprint }) => fingerprint.toString('base64url')).join(' ');
  }

  async pad(
    { cardId, pinAccount }: KnownCard,
    attributes: Readonly<Record<string, string>> = {},
    page: PadPage = {},
  ): Promise<PadDriver> {
    const card = { 'card-id': cardId, 'pin-account': pinAccount };
    const all = { mode: 'validate', 'manifest-pins': this.thumbprints, ...card, ...attributes };
    return await this.pages.pad(all, page);
  }

  /** What a card app's backend does: it adds its token, and a one-time password where the service wants one. */
  private async answer(path: string, body: unknown): Promise<{ status: number; body: unknown }> {
    if (path === 'pin-keys')
      return await this.kit.service.request('GET', '/v1/pin-keys', { token: this.kit.cardApp });
    this.sent.push(body);
    const [call, mode = '', cardId = mode] = path.split('/');
    if (call === 'reveal') return await this.kit.post(`/v1/cards/${cardId}/reveal`, body);
    const purpose = { change: 'pin-change', reset: 'pin-reset' }[mode];
    const otp = purpose === undefined ? {} : { otp: await this.kit.otpFor({ cardId }, purpose) };
    return await this.kit.post(`/v1/cards/${cardId}/pin${CALLS[mode]}`, { ...(body as object), ...otp });
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.pages[Symbol.asyncDispose]();
    await this.kit[Symbol.asyncDispose]();
  }
}
