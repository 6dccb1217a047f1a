export const TLS_VERSIONS = ['TLSv1.2', 'TLSv1.3'] as const;
export type TlsVersion = (typeof TLS_VERSIONS)[number];

/** As OpenSSL names them, which are also the registered names (RFC 8446, section B.4); in the order of preference. */
const SUITES_OF_1_3 = [
  'TLS_AES_128_GCM_SHA256',
  'TLS_AES_256_GCM_SHA384',
  'TLS_CHACHA20_POLY1305_SHA256',
] as const;

/** Forward secret and authenticated, for callers without TLS 1.3 (RFC 9325, section 4.2). */
const SUITES_OF_1_2 = [
  'ECDHE-ECDSA-AES128-GCM-SHA256',
  'ECDHE-RSA-AES128-GCM-SHA256',
  'ECDHE-ECDSA-AES256-GCM-SHA384',
  'ECDHE-RSA-AES256-GCM-SHA384',
] as const;

export type CipherSuite = (typeof SUITES_OF_1_3)[number] | (typeof SUITES_OF_1_2)[number];

/** What is offered, by the lowest version that is spoken. */
export function cipherSuites(least: TlsVersion): readonly CipherSuite[] {
  return [...SUITES_OF_1_3, ...(least === 'TLSv1.2' ? SUITES_OF_1_2 : [])];
}

/**
 * Towards webhook receivers, witnesses and collectors (RFC 9325, sections 3.1.1 and 4.2). Node.js by itself would also
 * offer suites without forward secrecy.
 */
export const OUTBOUND: { readonly minVersion: TlsVersion; readonly ciphers: string } = {
  minVersion: 'TLSv1.2',
  ciphers: cipherSuites('TLSv1.2').join(':'),
};
