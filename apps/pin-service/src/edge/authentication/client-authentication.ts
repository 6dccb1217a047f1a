import { Injectable } from '@nestjs/common';
import type { FastifyRequest } from 'fastify';
import { DataSource } from 'typeorm';
import { ClientRegistry, type ApiClient } from '#libs/api-clients';
import { outsideTransaction } from '#libs/database';
import { findBrake } from '#libs/requests';
import { ClientAddresses } from './access-token.guard.js';
import { RefusalLimits } from '../rate-limits/refusal-limits.js';
import '../requests/fastify-request.js';

/** As they came, unchecked. */
export interface ClientCredentials {
  readonly clientId: string;
  readonly clientSecret: string;
}

/** A client proves by its secret who it is (RFC 6749, section 2.3), wherever that is asked for. */
@Injectable()
export class ClientAuthentication {
  constructor(
    private readonly clients: ClientRegistry,
    private readonly addresses: ClientAddresses,
    private readonly refusals: RefusalLimits,
    private readonly dataSource: DataSource,
  ) {}

  /**
   * Counted before anything is compared; all tries count, the good ones too.
   *
   * @returns null for an unknown or suspended client, a wrong secret and a wrong address alike
   * @throws PinwardError RATE_LIMITED, DATABASE_UNAVAILABLE
   */
  async prove(request: FastifyRequest, credentials: ClientCredentials): Promise<ApiClient | null> {
    const { sourceAddress } = request;
    const { clientId, clientSecret } = credentials;
    const mayCallFromHere = ({ allowedAddresses }: ApiClient) =>
      this.addresses.allow(allowedAddresses, sourceAddress);
    await this.refusals.countTry(sourceAddress);
    const client = await whileConnected(
      request,
      async (signal) => await this.clients.authenticate(clientId, clientSecret, { mayCallFromHere, signal }),
    );
    return client === null || (await this.isSuspended(client)) ? null : client;
  }

  private async isSuspended({ tenantId, clientId }: ApiClient): Promise<boolean> {
    const asked = { tenantId, clientId, operation: null, cardId: null };
    return (await outsideTransaction(() => findBrake(this.dataSource.manager, asked))) !== null;
  }
}

/**
 * Does work that nobody needs once the caller has hung up: the signal is aborted then. Fastify's `request.signal` will not
 * do, which is aborted as soon as the body has been read.
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
