import { inspect } from 'node:util';
import { beforeEach, describe, expect, it } from 'vitest';
import { AccessTokens } from './access-tokens.js';

let now: number;
let requests: Request[];
/** What the token endpoint answers with, one after the other; the last one again and again. */
let answers: (() => Response | Promise<Response>)[];
let tokens: AccessTokens;

const issued =
  (token: string, seconds = 900) =>
  () =>
    Response.json({ access_token: token, token_type: 'Bearer', expires_in: seconds });
const refused = (status: number, error: string) => () => Response.json({ error }, { status });

beforeEach(() => {
  now = 0;
  requests = [];
  answers = [issued('one'), issued('two'), issued('three')];
  tokens = new AccessTokens({
    baseUrl: 'https://pins.example',
    clientId: 'card app',
    clientSecret: () => 'pwcs_s%cret',
    fetch: async (input, init) => {
      requests.push(new Request(input, init));
      const answer = answers.length > 1 ? answers.shift() : answers[0];
      if (answer === undefined) throw new Error('no answer is prepared');
      return await answer();
    },
    now: () => now,
    random: () => 0,
  });
});

const settled = () => new Promise((resolve) => void setImmediate(resolve));

describe('access tokens', () => {
  it('are asked for once by a hundred callers, with credentials as RFC 6749 has them', async () => {
    const all = await Promise.all(Array.from({ length: 100 }, () => tokens.get()));
    expect(new Set(all)).toEqual(new Set(['one']));
    expect(requests).toHaveLength(1);
    const [request] = requests;
    expect(request?.url).toBe('https://pins.example/v1/oauth/token');
    expect(atob(request?.headers.get('authorization')?.slice(6) ?? '')).toBe('card+app:pwcs_s%25cret');
    expect(await request?.text()).toBe('grant_type=client_credentials');
  });

  it('are replaced before they end, while the old one serves on', async () => {
    await tokens.get();
    now = 839_000;
    expect(await tokens.get()).toBe('one');
    expect(requests).toHaveLength(1);
    now = 841_000;
    expect(await tokens.get()).toBe('one');
    await settled();
    expect(await tokens.get()).toBe('two');
    expect(requests).toHaveLength(2);
  });

  it('serve to their end when no new one can be had, and not beyond', async () => {
    answers = [issued('one'), refused(503, 'away')];
    await tokens.get();
    now = 850_000;
    for (let calls = 0; calls < 5; calls += 1) {
      expect(await tokens.get()).toBe('one');
      await settled();
    }
    // A failure is not repeated at once.
    expect(requests).toHaveLength(2);
    now = 900_000;
    await expect(tokens.get()).rejects.toMatchObject({ code: 'unexpected', status: 503 });
  });

  it('are asked for anew after the service has refused one, and only that one', async () => {
    const first = await tokens.get();
    tokens.invalidate(first);
    tokens.invalidate(first);
    expect(await tokens.get()).toBe('two');
    tokens.invalidate(first);
    expect(await tokens.get()).toBe('two');
    expect(requests).toHaveLength(2);
  });

  it.each([
    ['invalid_client', refused(401, 'invalid_client')],
    ['unexpected', () => new Response('<html>', { status: 502 })],
    ['unexpected', () => Response.json({ access_token: 1 })],
    ['unreachable', () => Promise.reject(new TypeError('fetch failed'))],
  ])('fail as %s, and tell no secret', async (code, answer) => {
    answers = [answer];
    const failure = await tokens.get().catch((error: unknown) => error);
    expect(failure).toMatchObject({ name: 'TokenError', code });
    expect(inspect(failure, { depth: 9 }) + inspect(tokens, { depth: 9 })).not.toContain('cret');
  });
});
