import { HsmMisconfigured } from '../contract/faults.js';

/** Thumbprints (RFC 7638, base64url) of the keys in docs/vectors, whose private halves everybody has. */
export const PUBLISHED_TEST_KEYS: ReadonlySet<string> = new Set([
  'wm2p_46egGkLTxbvrwCxI_zrNBcZhBkO603LJtXUIuA', // pin-envelope.json, testKey
  'aBxb9rZWRqscI_ZyiOMogHObtMsFGhEB-n2L9ZLr5FY', // pin-key-set.json, manifestKey
  'mNBlE8-F1PoZtHa5cbBJrF-2EiZ5qmlYjqluso80VuI', // pin-key-set.json, strangersKey
  'PGS6kk9MYmNLH7hzRy5LyMl6vim6AgZwWgtVMrSMbXc', // reveal.json, rsaKey
  'xYutI5Rxl_opybCYi75mAIS-KmHrCm30VBjoFPON3Vk', // reveal.json, ecKey
  '1CmCyBcwgUtWUHV7xVejQ1d3dwxPsFJ6vPWM7eIft8Y', // audit.json, signingKey
]);

/**
 * A key that was made inside the module cannot be one of them. Where attributes are not enforced (HSM_ALLOW_WEAK_ENFORCEMENT), or
 * a module lies about CKA_LOCAL, an imported one could pass: PINs would be encrypted to everybody.
 *
 * @throws HsmMisconfigured
 */
export function refuseTestKey(label: string, thumbprint: Buffer): void {
  if (!PUBLISHED_TEST_KEYS.has(thumbprint.toString('base64url'))) return;
  throw new HsmMisconfigured(
    `${label}: is a published test key (docs/vectors), whose private half everybody has`,
  );
}
