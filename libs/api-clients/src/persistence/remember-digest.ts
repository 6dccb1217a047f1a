import type { EntityManager } from 'typeorm';
import type { ClientSecretEntity } from '#libs/database';

export type ProvedSecret = Pick<ClientSecretEntity, 'tenantId' | 'clientId' | 'secretNo'> & {
  readonly digest: Buffer;
};

/** The function writes a digest only once. For a secret that a rotation has just deleted, none is stored. */
export async function rememberDigest(
  manager: EntityManager,
  { tenantId, clientId, secretNo, digest }: ProvedSecret,
): Promise<void> {
  const parameters = [tenantId, clientId, secretNo, digest];
  await manager.query('SELECT pinward_remember_secret_digest($1, $2, $3, $4)', parameters);
}
