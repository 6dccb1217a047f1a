import { randomBytes, scrypt, timingSafeEqual, type ScryptOptions } from 'node:crypto';
import { promisify } from 'node:util';
import { limitReached } from '#libs/errors';
import { FairSemaphore, NoPermit } from '#libs/fair-semaphore';

const derive = promisify<string, Buffer, number, ScryptOptions, Buffer>(scrypt);

/**
 * RFC 7914, section 2. These are the lowest costs: slowness protects secrets that people choose, and this one has 256
 * random bits. Hashes of older versions have N = 2^15, which takes 32 MiB and some 60 ms; each is read with its own
 * parameters.
 */
const COST = { ln: 4, r: 8, p: 1 } as const;
/** For each tenant. A comparison takes about 60 ms: later callers do better to try again than to wait. */
const WAITING_AT_MOST = 8;
/** Node's thread pool has four threads, and they also verify tokens and log in to the database. */
const semaphore = new FairSemaphore(2, WAITING_AT_MOST);
const RETRY_AFTER_SECONDS = 1;

const SALT_BYTES = 16;
const HASH_BYTES = 32;

/** PHC string format; base64 without padding. */
const PHC = /^\$scrypt\$ln=(\d{1,2}),r=(\d{1,2}),p=(\d{1,2})\$([A-Za-z0-9+/]{22})\$([A-Za-z0-9+/]{43})$/;

type Cost = { readonly ln: number; readonly r: number; readonly p: number };

/** For whom the work is done. */
export interface Asker {
  /** Tenants take turns. */
  readonly tenantId: string;
  /** Aborted when the caller no longer waits for the answer. */
  readonly signal?: AbortSignal | undefined;
}

/**
 * Services of the previous version know no digest, so a new secret still gets a hash too.
 *
 * @returns the hash in PHC string format, with its parameters and its own salt
 */
export async function hashSecret(secret: string): Promise<string> {
  const salt = randomBytes(SALT_BYTES);
  return phc(COST, salt, await scryptHash(secret, salt, COST));
}

/**
 * Costs one scrypt with the parameters of the hash, match or not.
 *
 * @throws PinwardError RATE_LIMITED when too many of the tenant's wait
 */
export async function verifySecret(secret: string, hash: string, asker: Asker): Promise<boolean> {
  const [, ln, r, p, salt = '', expected = ''] = PHC.exec(hash) ?? [];
  if (salt === '') throw new Error('a stored secret is not a scrypt hash in PHC string format');
  const cost = { ln: Number(ln), r: Number(r), p: Number(p) };
  const derived = () => scryptHash(secret, Buffer.from(salt, 'base64'), cost);
  const found = await semaphore.run(asker.tenantId, derived, asker.signal).catch((fault: unknown) => {
    throw fault instanceof NoPermit ? limitReached('old-secrets', RETRY_AFTER_SECONDS) : fault;
  });
  return timingSafeEqual(found, Buffer.from(expected, 'base64'));
}

async function scryptHash(secret: string, salt: Buffer, { ln, r, p }: Cost): Promise<Buffer> {
  const N = 2 ** ln;
  // OpenSSL counts a little more than the 128·N·r bytes of the RFC, and Node's default stops exactly there.
  const options = { N, r, p, maxmem: 2 * 128 * N * r };
  return await derive(secret, salt, HASH_BYTES, options);
}

function phc({ ln, r, p }: Cost, salt: Buffer, hash: Buffer): string {
  return `$scrypt$ln=${ln},r=${r},p=${p}$${base64(salt)}$${base64(hash)}`;
}

function base64(bytes: Buffer): string {
  return bytes.toString('base64').replace(/=+$/, '');
}
