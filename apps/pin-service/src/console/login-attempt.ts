import { randomNonce, randomPKCECodeVerifier, randomState } from 'openid-client';
import { z } from 'zod';
import type { LoginBegun } from './provider.js';

/** What the browser keeps while its person is at the provider. Only that browser has it, and only it can use it. */
export interface LoginAttempt extends LoginBegun {
  readonly returnTo: string;
}

const attempt = z.strictObject({
  state: z.string(),
  nonce: z.string(),
  verifier: z.string(),
  fresh: z.boolean(),
  returnTo: z.string(),
});

const START = '/console/';
const ANY_ORIGIN = 'https://console.invalid';

export function beginAttempt(returnTo: string, fresh: boolean): LoginAttempt {
  return {
    state: randomState(),
    nonce: randomNonce(),
    verifier: randomPKCECodeVerifier(),
    fresh,
    returnTo: pageOf(returnTo),
  };
}

export function writeAttempt(begun: LoginAttempt): string {
  return Buffer.from(JSON.stringify(begun)).toString('base64url');
}

/** @returns null for what writeAttempt has not written */
export function readAttempt(text: string | null): LoginAttempt | null {
  try {
    const read = attempt.safeParse(JSON.parse(Buffer.from(text ?? '', 'base64url').toString('utf8')));
    // The cookie comes from the browser: where it leads to is looked at once more.
    return read.success ? { ...read.data, returnTo: pageOf(read.data.returnTo) } : null;
  } catch {
    return null;
  }
}

/** A page of the console, with its query; the first page for everything else, so that a link cannot lead elsewhere. */
function pageOf(text: string): string {
  if (!URL.canParse(text, ANY_ORIGIN)) return START;
  const { origin, pathname, search } = new URL(text, ANY_ORIGIN);
  const isPage =
    origin === ANY_ORIGIN && pathname.startsWith(START) && !/^\/console\/(login|callback)/.test(pathname);
  return isPage ? `${pathname}${search}` : START;
}
