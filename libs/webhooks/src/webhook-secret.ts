import { randomBytes } from 'node:crypto';
import type { PinHsm, Sealed } from '#libs/hsm';
import { SecretText } from '#libs/secret-text';

/** Standard Webhooks: 24 to 64 bytes, in base64 after this prefix. */
const PREFIX = 'whsec_';
const SECRET_BYTES = 32;

export interface EndpointKey {
  readonly tenantId: string;
  readonly endpointId: string;
}

export interface FreshSecret {
  readonly secret: SecretText;
  readonly sealed: Sealed;
}

/** @throws HsmFault */
export async function freshSecret(hsm: PinHsm, endpointKey: EndpointKey): Promise<FreshSecret> {
  const secret = new SecretText(`${PREFIX}${randomBytes(SECRET_BYTES).toString('base64')}`);
  return { secret, sealed: await sealSecret(hsm, endpointKey, secret) };
}

/** @throws HsmFault */
export async function sealSecret(hsm: PinHsm, endpointKey: EndpointKey, secret: SecretText): Promise<Sealed> {
  return await hsm.seal('secrets', Buffer.from(secret.reveal(), 'ascii'), associatedData(endpointKey));
}

/** @throws HsmFault */
export async function openSecret(hsm: PinHsm, endpointKey: EndpointKey, sealed: Sealed): Promise<SecretText> {
  return new SecretText((await hsm.open('secrets', sealed, associatedData(endpointKey))).toString('ascii'));
}

function associatedData({ tenantId, endpointId }: EndpointKey): string[] {
  return ['webhook_secrets.sealed', tenantId, endpointId];
}
