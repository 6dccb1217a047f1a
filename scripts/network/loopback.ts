import { networkInterfaces } from 'node:os';

/** Where development parts listen: 127.0.0.1 if this machine has it, otherwise ::1. */
export const LOOPBACK = loopbackOf(networkInterfaces());

export function loopbackOf(interfaces: ReturnType<typeof networkInterfaces>): string {
  const own = Object.values(interfaces).flatMap((all = []) => all.filter(({ internal }) => internal));
  const isIpv6Only =
    own.some(({ address }) => address === '::1') && own.every(({ family }) => family === 'IPv6');
  return isIpv6Only ? '::1' : '127.0.0.1';
}

/** The form in a URL (RFC 3986, section 3.2.2). */
export function hostInUrl(host: string): string {
  return host.includes(':') ? `[${host}]` : host;
}
