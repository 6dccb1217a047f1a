import Fastify from 'fastify';
import { describe, expect, it } from 'vitest';
import { canonicalPath } from './handlers.js';

const fastify = Fastify();
for (const url of ['/v1/cards/:cardId/pin', '/v1/endpoints/:endpointId/deliveries/:deliveryId']) {
  fastify.route({ method: 'POST', url, handler: (request, reply) => reply.send(canonicalPath(request)) });
}
const pathOf = async (url: string) => (await fastify.inject({ method: 'POST', url })).body;

describe('the path of a request', () => {
  it.each([
    ['/v1/cards/0a-b1/pin'],
    ['/v1/cards/0a%2db1/pin'],
    ['/v1/cards/0a%2Db1/pin'],
    ['/v1/cards/%30a-%621/pin'],
    ['/v1/c%61rds/0a-b1/p%69n'],
    ['/v1/cards/0a-b1/pin?'],
    ['/v1/cards/0a-b1/pin?again=1'],
    ['/v1/cards/0a-b1/pin#x'],
  ])('is one, spelled %s', async (url) => {
    expect(await pathOf(url)).toBe('/v1/cards/0a-b1/pin');
  });

  it('is that of the URL where it is spelled as usual, so that claims of older versions are found', async () => {
    const url = '/v1/endpoints/3f2504e0-4f89-41d3-9a0c-0305e82c3301/deliveries/a.b_c~d';
    expect(await pathOf(url)).toBe(url);
  });

  it('keeps apart what is not the same', async () => {
    const [slash, two] = [await pathOf('/v1/cards/a%2Fb/pin'), await pathOf('/v1/cards/a%252Fb/pin')];
    expect(slash).toBe('/v1/cards/a%2Fb/pin');
    expect(two).toBe('/v1/cards/a%252Fb/pin');
  });
});
