import { randomBytes, scrypt, timingSafeEqual, type ScryptOptions } from 'node:crypto';
import { promisify } from 'node:util';
import { Turns } from './turns.js';

const derive = promisify<string, Buffer, number, ScryptOptions, Buffer>(scrypt);

/** RFC 7914, section 2: N = 2^15, r = 8, p = 1 takes 32 MiB and some 60 ms. Raised here, old hashes keep theirs. */
const COST = { ln: 15, r: 8, p: 1 } as const;
/**
 * Node's thread pool has four threads, and they also verify tokens and log in to the database: a flood of guessed
 * secrets must not hold all of them.
 */
const turns = new Turns(2);

const SALT_BYTES = 16;
const HASH_BYTES = 32;

/** PHC string format; base64 without padding. */
const PHC = /^\$scrypt\$ln=(\d{1,2}),r=(\d{1,2}),p=(\d{1,2})\$([A-Za-z0-9+/]{22})\$([A-Za-z0-9+/]{43})$/;

type Cost = { readonly ln: number; readonly r: number; readonly p: number };

/** Compared with where there is no secret, so that a client which does not exist takes as long as one that does. */
export const NOBODYS_HASH = phc(COST, Buffer.alloc(SALT_BYTES), Buffer.alloc(HASH_BYTES));

/** @returns the hash in PHC string format, with its parameters and a salt of its own */
export async function hashSecret(secret: string): Promise<string> {
  const salt = randomBytes(SALT_BYTES);
  return phc(COST, salt, await scryptHash(secret, salt, COST));
}

/** Costs one scrypt with the parameters of the hash, whatever comes out. */
export async function verifySecret(secret: string, hash: string): Promise<boolean> {
  const [, ln, r, p, salt = '', expected = ''] = PHC.exec(hash) ?? [];
  if (salt === '') throw new Error('a stored secret is not a scrypt hash in PHC string format');
  const cost = { ln: Number(ln), r: Number(r), p: Number(p) };
  const found = await scryptHash(secret, Buffer.from(salt, 'base64'), cost);
  return timingSafeEqual(found, Buffer.from(expected, 'base64'));
}

async function scryptHash(secret: string, salt: Buffer, { ln, r, p }: Cost): Promise<Buffer> {
  const N = 2 ** ln;
  // OpenSSL counts a little more than the 128·N·r bytes of the RFC, and Node's default stops exactly there.
  const options = { N, r, p, maxmem: 2 * 128 * N * r };
  return await turns.take(() => derive(secret, salt, HASH_BYTES, options));
}

function phc({ ln, r, p }: Cost, salt: Buffer, hash: Buffer): string {
  return `$scrypt$ln=${ln},r=${r},p=${p}$${base64(salt)}$${base64(hash)}`;
}

function base64(bytes: Buffer): string {
  return bytes.toString('base64').replace(/=+$/, '');
}
