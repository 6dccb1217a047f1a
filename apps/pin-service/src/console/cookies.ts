import type { FastifyReply, FastifyRequest } from 'fastify';

/**
 * `__Host-`: set by this origin itself over TLS, for no other host (RFC 6265bis, section 4.1.3.2). So no sibling domain
 * can plant a session.
 */
export const SESSION_COOKIE = '__Host-pinward-console';
/** Comes back with the provider's redirect, which is another site's: a strict cookie would not. */
export const LOGIN_COOKIE = '__Host-pinward-login';

const SECURE = 'Path=/; Secure; HttpOnly';
const LOGIN_SECONDS = 600;

/** @returns null unless the request has exactly one of this name: of two, nobody knows who set the other */
export function cookieOf({ headers }: FastifyRequest, name: string): string | null {
  const values = (headers.cookie ?? '')
    .split(';')
    .map((pair) => pair.trim())
    .filter((pair) => pair.startsWith(`${name}=`))
    .map((pair) => pair.slice(name.length + 1));
  return values.length === 1 ? (values[0] ?? null) : null;
}

/** It ends with the browser, and with the session's row at the latest. */
export function setSessionCookie(reply: FastifyReply, value: string): void {
  void reply.header('Set-Cookie', `${SESSION_COOKIE}=${value}; ${SECURE}; SameSite=Strict`);
}

export function setLoginCookie(reply: FastifyReply, value: string): void {
  void reply.header(
    'Set-Cookie',
    `${LOGIN_COOKIE}=${value}; ${SECURE}; SameSite=Lax; Max-Age=${LOGIN_SECONDS}`,
  );
}

export function clearCookie(reply: FastifyReply, name: string): void {
  const sameSite = name === SESSION_COOKIE ? 'Strict' : 'Lax';
  void reply.header('Set-Cookie', `${name}=; ${SECURE}; SameSite=${sameSite}; Max-Age=0`);
}
