import type { ApiDocument } from '../../apps/pin-service/src/openapi/contract-types.js';
import fc from 'fast-check';
import type { DataSource } from 'typeorm';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { CARD_APP_SCOPES, OPERATOR_SCOPES } from '#libs/api-clients';
import { randomPin } from '../support/random-pin.js';
import { scaled } from '../support/scale.js';
import { resolved } from '../contract/contract-files.js';
import { ServiceKit } from '../service/service-kit.js';
import { arbitraryRequest, type FuzzedRequest } from './fuzz/arbitrary-request.js';

const REQUESTS = scaled({ ci: 1_500, full: 10_000 });
/** Longer than any answer takes; the service's own time-outs are far beyond. */
const HANG_MS = 10_000;
const UNLIMITED = '100000000';

/** Refusals that do leave something behind, by contract: the envelope has been opened, and is used. */
const LEAVES_TRACES: readonly string[] = ['PIN_ENVELOPE_UNREADABLE', 'PIN_TOO_WEAK', 'PIN_REUSED'];

/** Everything a request could change, as one line; that it was made is told in the audit trail, and no change. */
const STATE = `SELECT md5(string_agg(part, '|')) AS state FROM (
  SELECT (SELECT string_agg(c::text, ',' ORDER BY card_id) FROM cards c) AS part
  UNION ALL SELECT (SELECT string_agg(c::text, ',' ORDER BY client_id) FROM api_clients c)
  UNION ALL SELECT (SELECT count(*)::text FROM client_secrets)
  UNION ALL SELECT (SELECT count(*)::text FROM pin_envelopes)
  UNION ALL SELECT (SELECT count(*)::text FROM pin_history)
  UNION ALL SELECT (SELECT count(*)::text FROM idempotency_records)
  UNION ALL SELECT (SELECT count(*)::text FROM audit_events WHERE action NOT IN ('api.call', 'api.refused', 'token.refuse'))
  UNION ALL SELECT (SELECT count(*)::text FROM outbox_events)
  UNION ALL SELECT (SELECT count(*)::text FROM webhook_endpoints)
) AS parts`;

let kit: ServiceKit;
let owner: DataSource;
let document: ApiDocument;
let known: readonly string[];
let tokens: readonly (string | undefined)[];

beforeAll(async () => {
  kit = await ServiceKit.open({
    RATE_LIMIT_CLIENT_PER_MINUTE: UNLIMITED,
    RATE_LIMIT_ADDRESS_PER_MINUTE: UNLIMITED,
    RATE_LIMIT_CARD_PER_MINUTE: UNLIMITED,
    RATE_LIMIT_FAILED_AUTHENTICATIONS_PER_MINUTE: UNLIMITED,
  });
  owner = await kit.openOwner();
  const served = (await kit.service.request('GET', '/openapi.json', {})).body as ApiDocument;
  document = resolved(served, served) as ApiDocument;
  const cards = [
    await kit.register(),
    await kit.cardWithPin(randomPin()),
    await kit.cardWithPin(randomPin()),
  ];
  known = [...cards.map(({ cardId }) => cardId), (await kit.newClient()).clientId, 'self'];
  tokens = [
    await kit.identity.tokenFor({ scopes: CARD_APP_SCOPES, lifetime: 3_600 }),
    await kit.identity.tokenFor({ scopes: OPERATOR_SCOPES, subject: 'operator', lifetime: 3_600 }),
    await kit.identity.tokenFor({ scopes: CARD_APP_SCOPES, tenantId: 'other', lifetime: 3_600 }),
    await kit.identity.tokenFor({ scopes: CARD_APP_SCOPES, tenantId: 'nowhere', lifetime: 3_600 }),
    undefined,
  ];
});
afterAll(async () => await kit[Symbol.asyncDispose]());

async function state(): Promise<string> {
  const [row] = await owner.query<{ state: string }[]>(STATE);
  return row?.state ?? '';
}

async function send({ method, path, headers, body, token }: FuzzedRequest) {
  const bearer = tokens[token];
  const answer = kit.service.request(method, path, {
    headers,
    ...(body === undefined ? {} : { body }),
    ...(bearer === undefined ? {} : { token: bearer }),
  });
  const late = new Promise<never>((_, reject) => {
    setTimeout(() => reject(new Error('no answer in time')), HANG_MS).unref();
  });
  return await Promise.race([answer, late]);
}

it(`${REQUESTS} requests made from the API document: no fault, no hang, no trace of a refusal`, async () => {
  const seen = new Map<number, number>();
  let before = await state();
  await fc.assert(
    fc.asyncProperty(arbitraryRequest(document, known, tokens.length), async (request) => {
      const { status, body } = await send(request);
      const after = await state();
      const { code } = body as { code?: string };
      seen.set(status, (seen.get(status) ?? 0) + 1);
      expect(status).toBeLessThan(500);
      if (status >= 400 && !LEAVES_TRACES.includes(code ?? '')) expect(after).toBe(before);
      before = after;
    }),
    { numRuns: REQUESTS, endOnFailure: true },
  );
  // Otherwise only the doormat was looked at.
  expect([...seen.keys()]).toEqual(expect.arrayContaining([200, 400, 401, 403, 404]));
});
