import { Not, type DataSource } from 'typeorm';
import { WebhookSecretEntity } from '#libs/database';
import { SealBroken, unavailableIfHsmFault, type PinHsm } from '#libs/hsm';
import { openSecret, sealSecret } from './webhook-secret.js';

/**
 * Moves webhook secrets that an older key sealed to the current one; interrupted, it goes on with those that are left.
 *
 * @param dataSource as the schema's owner
 * @param generation of the current `secrets` key
 * @returns how many were moved, and the endpoints whose secret does not open
 * @throws PinwardError HSM_UNAVAILABLE
 */
export async function resealWebhookSecrets(
  dataSource: DataSource,
  hsm: PinHsm,
  generation: number,
): Promise<{ readonly done: number; readonly broken: readonly string[] }> {
  const rows = await dataSource.manager.findBy(WebhookSecretEntity, { sealedGeneration: Not(generation) });
  const broken: string[] = [];
  for (const row of rows) {
    const { tenantId, endpointId, secretNo, sealed: bytes, sealedGeneration } = row;
    const secret = await openSecret(hsm, row, { generation: sealedGeneration, bytes }).catch(nullIfBroken);
    if (secret === null) {
      broken.push(endpointId);
      continue;
    }
    const sealed = await sealSecret(hsm, row, secret).catch(unavailableIfHsmFault);
    const unchanged = { tenantId, endpointId, secretNo, sealedGeneration };
    await dataSource.manager.update(WebhookSecretEntity, unchanged, {
      sealed: sealed.bytes,
      sealedGeneration: sealed.generation,
    });
  }
  return { done: rows.length - broken.length, broken };
}

function nullIfBroken(fault: unknown): null {
  return fault instanceof SealBroken ? null : unavailableIfHsmFault(fault);
}
