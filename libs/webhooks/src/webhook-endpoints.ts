import { randomUUID } from 'node:crypto';
import type { DataSource, EntityManager } from 'typeorm';
import { isUuid, outsideTransaction, WebhookEndpointEntity, WebhookSecretEntity } from '#libs/database';
import { PinwardError } from '#libs/errors';
import { unavailableIfHsmFault, type PinHsm, type Sealed } from '#libs/hsm';
import type { PublicAddresses } from '#libs/outbound-https';
import {
  emitEvent,
  once,
  onceShown,
  recordEffect,
  storedBody,
  type Answered,
  type Page,
  type RequestContext,
} from '#libs/requests';
import {
  findEndpoint,
  findEndpoints,
  insertEndpoint,
  lockEndpoint,
  refuseTooManyEndpoints,
  replaceSecret,
  type EndpointFilter,
} from './persistence/endpoints.js';
import type { SecretText } from '#libs/secret-text';
import { urlFault } from './receiver/webhook-url.js';
import {
  endpointView,
  type EndpointWithSecret,
  type NewEndpoint,
  type WebhookEndpoint,
} from './webhook-endpoint.js';
import { freshSecret, openSecret, type FreshSecret, type EndpointKey } from './webhook-secret.js';

const HOUR_MS = 3_600_000;

export interface WebhookEndpointsParts {
  readonly dataSource: DataSource;
  readonly hsm: PinHsm;
  readonly addresses: PublicAddresses;
  /** Ports that an endpoint may have; null for any. */
  readonly ports: readonly number[] | null;
  /** The most endpoints of a tenant. */
  readonly endpointLimit: number;
  /** For how long a replaced secret signs beside the new one. */
  readonly secretOverlapHours: number;
  readonly now: () => Date;
}

export interface MadeEndpoint {
  readonly endpointKey: EndpointKey;
  readonly asked: NewEndpoint;
  readonly sealed: Sealed;
  /** Who asked for it and who approved, for the audit line and the event. */
  readonly approval: Readonly<Record<string, string>>;
}

export interface GivenSecret {
  readonly endpointKey: EndpointKey;
  readonly sealed: Sealed;
  readonly approval: Readonly<Record<string, string>>;
}

/** A tenant's endpoints. Every change has its line in the audit trail. */
export class WebhookEndpoints {
  constructor(private readonly parts: WebhookEndpointsParts) {}

  /**
   * @throws PinwardError REQUEST_INVALID, WEBHOOK_ENDPOINT_LIMIT, REQUEST_ID_REUSED, REQUEST_NOT_REPLAYABLE,
   * HSM_UNAVAILABLE
   */
  async create(context: RequestContext, asked: NewEndpoint): Promise<EndpointWithSecret> {
    this.check(asked);
    const endpointKey = { tenantId: context.tenantId, endpointId: randomUUID() };
    const { secret, sealed } = await this.newSecret(endpointKey);
    const { dataSource } = this.parts;
    return await onceShown(dataSource, context, { action: 'webhook.create' }, async (manager) => {
      await this.make(manager, context, { endpointKey, asked, sealed, approval: {} });
      return { shown: { secret, endpoint: await this.found(manager, endpointKey) } };
    });
  }

  /** Whether such an endpoint may be made. @throws PinwardError REQUEST_INVALID */
  check({ url }: NewEndpoint): void {
    const { addresses, ports } = this.parts;
    const detail = urlFault(url, { addresses, ports });
    if (detail !== null) throw new PinwardError('REQUEST_INVALID', { errors: [{ pointer: '/url', detail }] });
  }

  /** The HSM seals it, so it is made before the transaction that stores it. @throws PinwardError HSM_UNAVAILABLE */
  async newSecret(endpointKey: EndpointKey): Promise<FreshSecret> {
    return await freshSecret(this.parts.hsm, endpointKey).catch(unavailableIfHsmFault);
  }

  /** Makes a checked endpoint, as a part of another request. @throws PinwardError WEBHOOK_ENDPOINT_LIMIT */
  async make(manager: EntityManager, context: RequestContext, made: MadeEndpoint): Promise<void> {
    const { endpointKey, asked, sealed, approval } = made;
    await refuseTooManyEndpoints(manager, endpointKey.tenantId, this.parts.endpointLimit);
    await tellOfEndpoint(manager, context, made);
    await insertEndpoint(manager, endpointKey, asked, sealed);
    const details = { url: asked.url, ...approval };
    const { endpointId } = endpointKey;
    await recordChange(manager, context, {
      action: 'webhook.create',
      result: 'created',
      endpointId,
      details,
    });
  }

  /** The secret that signs now. @throws PinwardError WEBHOOK_ENDPOINT_NOT_FOUND, HSM_UNAVAILABLE */
  async openCurrentSecret(endpointKey: EndpointKey): Promise<SecretText> {
    const { dataSource, hsm } = this.parts;
    const { sealed, sealedGeneration } = await outsideTransaction(() =>
      dataSource.manager.findOneOrFail(WebhookSecretEntity, {
        where: { ...endpointKey },
        order: { secretNo: 'DESC' },
      }),
    );
    const box = { bytes: sealed, generation: sealedGeneration };
    return await openSecret(hsm, endpointKey, box).catch(unavailableIfHsmFault);
  }

  /** @throws PinwardError WEBHOOK_ENDPOINT_NOT_FOUND and as create does */
  async rotateSecret(context: RequestContext, endpointId: string): Promise<EndpointWithSecret> {
    const endpointKey = endpointKeyOf(context, endpointId);
    const fresh = await this.newSecret(endpointKey);
    const { secret, sealed } = fresh;
    const { dataSource } = this.parts;
    return await onceShown(dataSource, context, { action: 'webhook.rotate-secret' }, async (manager) => {
      const endpoint = await this.giveSecret(manager, context, { endpointKey, sealed, approval: {} });
      return { shown: { secret, endpoint } };
    });
  }

  /** Puts a new secret in its place, as a part of another request. @throws PinwardError WEBHOOK_ENDPOINT_NOT_FOUND */
  async giveSecret(
    manager: EntityManager,
    context: RequestContext,
    given: GivenSecret,
  ): Promise<WebhookEndpoint> {
    const { endpointKey, approval } = given;
    const { endpointId } = endpointKey;
    await lockEndpoint(manager, endpointKey);
    const details = { ...(await this.replace(manager, context, given)), ...approval };
    await recordChange(manager, context, {
      action: 'webhook.rotate-secret',
      result: 'rotated',
      endpointId,
      details,
    });
    return await this.found(manager, endpointKey);
  }

  /** Its secrets are erased; its waiting deliveries are cancelled. */
  async remove(context: RequestContext, endpointId: string): Promise<Answered<object>> {
    return await this.repeatable(context, 'webhook.delete', endpointId, async (manager, endpointKey) => {
      await manager.update(WebhookEndpointEntity, endpointKey, { deletedAt: () => 'clock_timestamp()' });
      await manager.delete(WebhookSecretEntity, endpointKey);
      await emitEvent(manager, context, 'webhook_endpoint.deleted', { endpointId });
      return { body: { endpointId, status: 'deleted' }, result: 'deleted' };
    });
  }

  /** Events go to a paused endpoint again, with those that still wait. */
  async resume(context: RequestContext, endpointId: string): Promise<Answered<object>> {
    return await this.repeatable(context, 'webhook.resume', endpointId, async (manager, endpointKey) => {
      await manager.update(WebhookEndpointEntity, endpointKey, { pausedAt: null, failingSince: null });
      return { body: endpointView(await this.found(manager, endpointKey)), result: 'resumed' };
    });
  }

  /** @throws PinwardError REQUEST_INVALID for an invalid cursor */
  async list(tenantId: string, filter: EndpointFilter): Promise<Page<WebhookEndpoint>> {
    const { dataSource, now } = this.parts;
    return await outsideTransaction(() => findEndpoints(dataSource.manager, tenantId, filter, now()));
  }

  /** @throws PinwardError WEBHOOK_ENDPOINT_NOT_FOUND */
  async read(tenantId: string, endpointId: string): Promise<WebhookEndpoint> {
    return await outsideTransaction(() =>
      this.found(this.parts.dataSource.manager, endpointKeyOf({ tenantId }, endpointId)),
    );
  }

  /**
   * The other endpoints get the event too: an attacker with the secret can speak to the receiver in the service's name.
   */
  private async replace(
    manager: EntityManager,
    context: RequestContext,
    { endpointKey, sealed, approval }: GivenSecret,
  ): Promise<Readonly<Record<string, string>>> {
    const { now, secretOverlapHours } = this.parts;
    const previousExpiresAt = new Date(now().getTime() + secretOverlapHours * HOUR_MS);
    await replaceSecret(manager, endpointKey, { secret: sealed, previousExpiresAt });
    const { endpointId } = endpointKey;
    await emitEvent(manager, context, 'webhook_endpoint.secret_rotated', { endpointId, ...approval });
    return { previousSecretExpiresAt: previousExpiresAt.toISOString() };
  }

  /** As a part of another request. @throws PinwardError WEBHOOK_ENDPOINT_NOT_FOUND */
  async readIn(manager: EntityManager, { tenantId, endpointId }: EndpointKey): Promise<WebhookEndpoint> {
    return await this.found(manager, endpointKeyOf({ tenantId }, endpointId));
  }

  private async found(manager: EntityManager, endpointKey: EndpointKey): Promise<WebhookEndpoint> {
    return await findEndpoint(manager, endpointKey, this.parts.now());
  }

  private async repeatable(
    context: RequestContext,
    action: string,
    endpointId: string,
    work: (
      manager: EntityManager,
      endpointKey: EndpointKey,
    ) => Promise<{ readonly body: Readonly<Record<string, unknown>>; readonly result: string }>,
  ): Promise<Answered<object>> {
    return await once(this.parts.dataSource, context, { action }, async (manager) => {
      const endpointKey = endpointKeyOf(context, endpointId);
      await lockEndpoint(manager, endpointKey);
      const { body, result } = await work(manager, endpointKey);
      return { answer: storedBody(body), line: { result, details: { endpointId } } };
    });
  }
}

/** Called before it exists, so that only the other endpoints get the event. */
async function tellOfEndpoint(
  manager: EntityManager,
  context: RequestContext,
  { endpointKey, asked, approval }: MadeEndpoint,
): Promise<void> {
  const { url, events } = asked;
  const told = {
    endpointId: endpointKey.endpointId,
    url,
    ...(events === undefined ? {} : { events }),
    ...approval,
  };
  await emitEvent(manager, context, 'webhook_endpoint.created', told);
}

async function recordChange(
  manager: EntityManager,
  context: RequestContext,
  change: {
    readonly action: string;
    readonly result: string;
    readonly endpointId: string;
    readonly details: Readonly<Record<string, string>>;
  },
): Promise<void> {
  const { action, result, endpointId, details } = change;
  const nothing = { cardId: null, eventNo: null };
  await recordEffect(manager, context, { action, result, ...nothing, details: { endpointId, ...details } });
}

/** @throws PinwardError WEBHOOK_ENDPOINT_NOT_FOUND for a text that cannot be an id */
function endpointKeyOf({ tenantId }: Pick<RequestContext, 'tenantId'>, endpointId: string) {
  if (!isUuid(endpointId)) throw new PinwardError('WEBHOOK_ENDPOINT_NOT_FOUND');
  return { tenantId, endpointId };
}
