import { Agent } from 'undici';
import { CARD_APP_SCOPES, OPERATOR_SCOPES } from '#libs/api-clients';
import { PinwardClient, type ClientOptions } from '#libs/client/backend';
import { PinwardOperations } from '#libs/client/operators';
import { FEW_WEAK_PINS } from '../support/few-weak-pins.js';
import { ServiceKit } from '../service/service-kit.js';
import { WebhookReceiver } from '../webhooks/receiver.js';

/** The running service with its two listeners, and the client's two classes as a backend and operators use them. */
export class BackendKit implements AsyncDisposable {
  /** Names of the methods that have brought a result. */
  readonly served = new Set<string>();
  readonly #agent: Agent;

  private constructor(
    readonly kit: ServiceKit,
    readonly receiver: WebhookReceiver,
  ) {
    this.#agent = new Agent({ connect: { ca: kit.identity.certificate } });
  }

  static async open(environment: Readonly<Record<string, string>> = {}): Promise<BackendKit> {
    const receiver = await WebhookReceiver.open();
    const kit = await ServiceKit.open({
      ...FEW_WEAK_PINS,
      ADMIN_PORT: '0',
      WEBHOOK_ALLOWED_RANGES: '127.0.0.0/8',
      WEBHOOK_CA_FILE: receiver.caFile,
      AUDIT_SEAL_INTERVAL_MS: '100',
      SANDBOX: 'true',
      ...environment,
    });
    return new BackendKit(kit, receiver);
  }

  /** A card app's backend, with a client of its own unless credentials are given. */
  async backend(options: Partial<ClientOptions> = {}): Promise<PinwardClient> {
    const credentials = options.credentials ?? (await this.kit.newClient({ scopes: CARD_APP_SCOPES }));
    return this.#counted(new PinwardClient({ ...this.#options(), ...options, credentials }));
  }

  /** An operator whom an OpenID provider knows. @param person two of them are two persons */
  async operator(person: string): Promise<PinwardOperations> {
    const claims = { scopes: OPERATOR_SCOPES, clientId: 'console', subject: person };
    const token = await this.kit.identity.tokenFor(claims);
    const baseUrl = this.kit.service.urlOf('operators');
    const credentials = { accessToken: () => token };
    return this.#counted(new PinwardOperations({ ...this.#options(), baseUrl, credentials }));
  }

  #options(): Pick<ClientOptions, 'baseUrl' | 'dispatcher'> {
    return { baseUrl: this.kit.service.baseUrl, dispatcher: this.#agent };
  }

  #counted<Client extends object>(client: Client): Client {
    const { served } = this;
    return new Proxy(client, {
      get(target, name) {
        const member: unknown = Reflect.get(target, name);
        if (typeof member !== 'function') return member;
        return async (...args: unknown[]) => {
          const result: unknown = await Reflect.apply(member, target, args);
          served.add(String(name));
          return result;
        };
      },
    });
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.#agent.close();
    await this.kit[Symbol.asyncDispose]();
    await this.receiver[Symbol.asyncDispose]();
  }
}
