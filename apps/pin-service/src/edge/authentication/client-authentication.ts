import { Injectable } from '@nestjs/common';
import type { FastifyRequest } from 'fastify';
import { DataSource } from 'typeorm';
import { ClientKeyRegistry, ClientRegistry, type ApiClient, type ClientMethod } from '#libs/api-clients';
import { outsideTransaction } from '#libs/database';
import { findBrake } from '#libs/requests';
import { ClientAddresses, clientCertificateThumbprint } from './access-token.guard.js';
import type { ShownAssertion } from './client-assertion.js';
import { ClientAssertions } from './client-assertions.js';
import { RefusalLimits } from '../rate-limits/refusal-limits.js';
import '../requests/fastify-request.js';

/** As received, unchecked. */
export interface ShownSecret {
  readonly clientId: string;
  readonly clientSecret: string;
  /** Where clients of several tenants have one id. */
  readonly tenantId: string | null;
}

/** Only a name: the certificate of the connection has to prove it. */
export type ShownName = Omit<ShownSecret, 'clientSecret'>;

/** One way of showing who asks, never two. */
export type ClientCredentials = ShownSecret | ShownAssertion | ShownName;

/** A client that has proved itself, and how. */
export interface ProvedClient {
  readonly client: ApiClient;
  readonly method: ClientMethod;
}

/** A client proves who it is (RFC 6749, section 2.3; RFC 7523; RFC 8705), on every route that requires it. */
@Injectable()
export class ClientAuthentication {
  constructor(
    private readonly clients: ClientRegistry,
    private readonly keys: ClientKeyRegistry,
    private readonly assertions: ClientAssertions,
    private readonly addresses: ClientAddresses,
    private readonly refusals: RefusalLimits,
    private readonly dataSource: DataSource,
  ) {}

  /**
   * Every try is counted before anything is compared, also a good one.
   *
   * @returns null for an unknown or suspended client, a wrong secret, key or certificate and a wrong address alike
   * @throws AssertionRefused; PinwardError RATE_LIMITED, DATABASE_UNAVAILABLE
   */
  async prove(request: FastifyRequest, credentials: ClientCredentials): Promise<ProvedClient | null> {
    await this.refusals.countTry(request.sourceAddress);
    const proved = await this.compare(request, credentials);
    return proved === null || (await this.isSuspended(proved.client)) ? null : proved;
  }

  private async compare(request: FastifyRequest, shown: ClientCredentials): Promise<ProvedClient | null> {
    const mayCallFromHere = ({ allowedAddresses, tenantId }: ApiClient) =>
      [null, tenantId].includes(shown.tenantId) &&
      this.addresses.allow(allowedAddresses, request.sourceAddress);
    if ('assertion' in shown)
      return by('private_key_jwt', await this.assertions.prove(shown, mayCallFromHere));
    if (!('clientSecret' in shown))
      return by('tls_client_auth', await this.byCertificate(request, shown, mayCallFromHere));
    const { clientId, clientSecret } = shown;
    const client = await whileConnected(
      request,
      async (signal) => await this.clients.authenticate(clientId, clientSecret, { mayCallFromHere, signal }),
    );
    return by('client_secret', client);
  }

  /**
   * The connection has proved the certificate's key, and an authority vouches for it; that it is this client's, the
   * register says. Of two tenants with the same client and certificate it is nobody's (client-assertion.ts).
   */
  private async byCertificate(
    request: FastifyRequest,
    { clientId }: ShownName,
    mayCallFromHere: (client: ApiClient) => boolean,
  ): Promise<ApiClient | null> {
    const thumbprint = clientCertificateThumbprint(request);
    if (thumbprint === null) return null;
    const named = (await this.keys.holders(clientId)).filter(
      ({ client, usable }) =>
        mayCallFromHere(client) &&
        usable.some(({ content }) => 'thumbprints' in content && content.thumbprints.includes(thumbprint)),
    );
    const [only, other] = named;
    return only !== undefined && other === undefined ? only.client : null;
  }

  private async isSuspended({ tenantId, clientId }: ApiClient): Promise<boolean> {
    const asked = { tenantId, clientId, operation: null, cardId: null };
    return (await outsideTransaction(() => findBrake(this.dataSource.manager, asked))) !== null;
  }
}

function by(method: ClientMethod, client: ApiClient | null): ProvedClient | null {
  return client === null ? null : { client, method };
}

/**
 * Aborts the signal when the caller hangs up, since the work is then useless. Fastify's `request.signal` does not
 * serve: it is aborted as soon as the body has been read.
 */
async function whileConnected<T>(
  { raw: { socket } }: FastifyRequest,
  work: (signal: AbortSignal) => Promise<T>,
): Promise<T> {
  const hangUp = new AbortController();
  const onClose = () => hangUp.abort();
  if (socket.destroyed) onClose();
  socket.once('close', onClose);
  try {
    return await work(hangUp.signal);
  } finally {
    socket.off('close', onClose);
  }
}
