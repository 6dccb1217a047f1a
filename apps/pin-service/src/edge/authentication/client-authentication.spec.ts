import { once } from 'node:events';
import { connect, Socket, type AddressInfo } from 'node:net';
import Fastify, { type RouteHandlerMethod } from 'fastify';
import { describe, expect, it } from 'vitest';
import type { DataSource } from 'typeorm';
import type { AuthenticationOrigin, ClientKeyRegistry, ClientRegistry } from '#libs/api-clients';
import { ClientAddresses } from './access-token.guard.js';
import { LocalCounters } from '../rate-limits/local-counters.js';
import { RefusalLimits } from '../rate-limits/refusal-limits.js';
import type { ClientAssertions } from './client-assertions.js';
import { ClientAuthentication } from './client-authentication.js';

/** No client gets as far as this check here. */
const NOBODY_SUSPENDED = {} as DataSource;
const NO_KEYS = {} as ClientKeyRegistry;
const NO_ASSERTIONS = {} as ClientAssertions;

const credentials = { clientId: 'app', clientSecret: 'secret', tenantId: null };

function authentication(limit: number, authenticate: ClientRegistry['authenticate']): ClientAuthentication {
  const clients = { authenticate } as ClientRegistry;
  const refusals = new RefusalLimits(new LocalCounters(), limit);
  return new ClientAuthentication(
    clients,
    NO_KEYS,
    NO_ASSERTIONS,
    new ClientAddresses(true),
    refusals,
    NOBODY_SUSPENDED,
  );
}

describe('proving to be a client', () => {
  it('is counted before anything is compared: N at once never pass the limit', async () => {
    let compared = 0;
    const clients = authentication(5, async () => {
      compared += 1;
      return null;
    });
    const request = { sourceAddress: '192.0.2.1', raw: { socket: new Socket() } };
    const tries = Array.from({ length: 50 }, () => clients.prove(request as never, credentials));
    const settled = await Promise.allSettled(tries);
    expect(compared).toBe(5);
    expect(settled.filter(({ status }) => status === 'rejected')).toHaveLength(45);
  });

  it('is given up when the caller hangs up, and not before', async () => {
    const seen: AbortSignal[] = [];
    let compare: () => void = () => undefined;
    const asked = new Promise<void>((resolve) => (compare = resolve));
    const clients = authentication(5, async (_id, _secret, { signal }: AuthenticationOrigin) => {
      if (signal !== undefined) seen.push(signal);
      compare();
      if (seen.length === 1) await once(signal ?? new EventTarget(), 'abort');
      return null;
    });
    const fastify = Fastify();
    const handler: RouteHandlerMethod = async (request) => {
      request.sourceAddress = '192.0.2.1';
      return { client: await clients.prove(request, credentials) };
    };
    fastify.route({ method: 'POST', url: '/', handler });
    await fastify.listen({ port: 0, host: '127.0.0.1' });
    const { port } = fastify.server.address() as AddressInfo;
    const socket = connect(port, '127.0.0.1');
    socket.write(
      'POST / HTTP/1.1\r\nHost: x\r\nContent-Type: application/json\r\nContent-Length: 2\r\n\r\n{}',
    );
    await asked;
    expect(seen[0]?.aborted).toBe(false);
    socket.destroy();
    await expect.poll(() => seen[0]?.aborted).toBe(true);
    const answer = await fetch(`http://127.0.0.1:${port}/`, { method: 'POST' });
    expect(await answer.json()).toEqual({ client: null });
    await fastify.close();
  });
});
