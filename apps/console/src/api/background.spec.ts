import createClient from 'openapi-fetch';
import { afterEach, describe, expect, it, vi } from 'vitest';
import { inBackground } from './background.js';
import { Problem } from './problem.js';
import type { paths } from './schema.js';

const path = { params: { path: { incidentId: '0b2f7c1e-8a53-4d0e-9a2f-6f1b0f6f9c11' } } };
const ofThePerson = vi.fn<typeof fetch>();
const api = createClient<paths>({ baseUrl: 'https://pins.example', fetch: ofThePerson });
const read = async () => await api.GET('/v1/admin/incidents/{incidentId}', { ...path, ...inBackground });

afterEach(() => vi.restoreAllMocks());

describe('a read that nobody asked for', () => {
  it('says so, and does not go the way that keeps a session', async () => {
    const network = vi.spyOn(globalThis, 'fetch').mockResolvedValue(Response.json({ state: 'running' }));
    expect((await read()).data).toEqual({ state: 'running' });
    const [request] = network.mock.calls[0] as [Request];
    expect(request.headers.get('x-console-background')).toBe('true');
    expect(ofThePerson).not.toHaveBeenCalled();
  });

  it('fails as every other where there is no connection', async () => {
    vi.spyOn(globalThis, 'fetch').mockRejectedValue(new TypeError('Failed to fetch'));
    const failure: unknown = await read().catch((error: unknown) => error);
    expect(failure).toBeInstanceOf(Problem);
    expect(failure).toMatchObject({ code: 'UNREACHABLE', status: 0 });
  });
});
