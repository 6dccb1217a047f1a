import { CompactEncrypt, importJWK, type JWK } from 'jose';
import type { PadDriver } from './pad-driver.js';

/** The PAN is the one that every handbook has. */
const CARD = {
  cardId: '3f2504e0-4f89-41d3-9a0c-0305e82c3301',
  pan: '4111111111111111',
  expiry: '12/29',
  holderName: 'ANNA MÜLLER',
};

/** Shows a card of the test's own. */
export async function showOwnCard(on: PadDriver): Promise<void> {
  const key = await on.evaluate<JWK>("document.querySelector('pinward-card-details').newKey()");
  const jwe = await new CompactEncrypt(Buffer.from(JSON.stringify(CARD)))
    .setProtectedHeader({ alg: 'ECDH-ES', enc: 'A256GCM' })
    .encrypt(await importJWK(key, 'ECDH-ES'));
  await on.evaluate(`document.querySelector('pinward-card-details').show({ jwe: '${jwe}' })`);
}
