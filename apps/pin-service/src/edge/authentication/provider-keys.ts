import { createRemoteJWKSet, customFetch, type JWTVerifyGetKey } from 'jose';

const FETCH_WITHIN_MS = 5_000;
/** Fetched keys are used for so long; jose's own default. */
const KEPT_MS = 600_000;
/** An unknown kid causes a new request at most so often. */
const UNKNOWN_KID_PAUSE_MS = 30_000;
/** After a failure there is no request for so long: guesses at a kid must not burden a provider in trouble. */
const FAILURE_PAUSE_MS = 5_000;
/** Enough for hundreds of keys. */
const LONGEST_SET = 256 * 1_024;

/** The provider's keys are not available now, so the token can be neither accepted nor refused. */
export class KeysUnavailable extends Error {
  override readonly name = 'KeysUnavailable';
}

/**
 * The keys that an OpenID provider publishes. They are fetched when needed, by one request at a time for which all
 * callers wait together. After a failure there is a pause.
 *
 * @param now milliseconds that never run backwards
 */
export function providerKeys(url: URL, now: () => number = () => performance.now()): JWTVerifyGetKey {
  let failed: { readonly at: number; readonly cause: unknown } | null = null;
  const fetchOnce: typeof fetch = async (address, options) => {
    if (failed !== null && now() < failed.at + FAILURE_PAUSE_MS) {
      throw new KeysUnavailable('the last attempt failed a moment ago', { cause: failed.cause });
    }
    try {
      const keys = await fetchKeys(address, options);
      failed = null;
      return keys;
    } catch (cause) {
      failed = { at: now(), cause };
      throw new KeysUnavailable('the keys could not be fetched', { cause });
    }
  };
  return createRemoteJWKSet(url, {
    timeoutDuration: FETCH_WITHIN_MS,
    cacheMaxAge: KEPT_MS,
    cooldownDuration: UNKNOWN_KID_PAUSE_MS,
    [customFetch]: fetchOnce,
  });
}

/** Read to its end here, so that every fault in the answer counts as a failure. */
async function fetchKeys(...[address, options]: Parameters<typeof fetch>): Promise<Response> {
  const response = await fetch(address, options);
  if (response.status !== 200 || response.body === null) {
    await response.body?.cancel();
    throw new Error(`the provider answered ${response.status}`);
  }
  const parts: Uint8Array[] = [];
  let length = 0;
  for await (const part of response.body as AsyncIterable<Uint8Array>) {
    length += part.length;
    if (length > LONGEST_SET) throw new Error('the key set is too long');
    parts.push(part);
  }
  const keys: unknown = JSON.parse(Buffer.concat(parts).toString('utf8'));
  if (typeof keys !== 'object' || keys === null || !('keys' in keys) || !Array.isArray(keys.keys)) {
    throw new Error('the answer is no key set');
  }
  return Response.json(keys);
}
