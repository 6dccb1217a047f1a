import { Not, type DataSource } from 'typeorm';
import { WebhookSecretEntity } from '#libs/database';
import { SealBroken, unavailableIfHsmFault, type PinHsm } from '#libs/hsm';
import { areCurrent } from '#libs/keys';
import { openSecret, sealSecret } from './webhook-secret.js';

export interface ResealedSecrets {
  readonly done: number;
  /** Endpoints whose secret does not open. */
  readonly broken: readonly string[];
  /** The key was rotated meanwhile: run it again. */
  readonly rotated: boolean;
}

/**
 * Seals webhook secrets of an older key with the current one. After an interruption it continues with the rest.
 *
 * @param dataSource as the schema's owner
 * @param generation of the current `secrets` key
 * @throws PinwardError HSM_UNAVAILABLE
 */
export async function resealWebhookSecrets(
  dataSource: DataSource,
  hsm: PinHsm,
  generation: number,
): Promise<ResealedSecrets> {
  const rows = await dataSource.manager.findBy(WebhookSecretEntity, { sealedGeneration: Not(generation) });
  const broken: string[] = [];
  let done = 0;
  for (const row of rows) {
    if (!(await areCurrent(dataSource, [{ kind: 'secrets', generation }])))
      return { done, broken, rotated: true };
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
    done += 1;
  }
  return { done, broken, rotated: false };
}

function nullIfBroken(fault: unknown): null {
  return fault instanceof SealBroken ? null : unavailableIfHsmFault(fault);
}
