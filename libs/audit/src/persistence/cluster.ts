import type { EntityManager } from 'typeorm';

/** Whether the trail was sealed in this cluster. In another transaction ids begin anew, and tell no more what is sealed. */
export async function isOwnCluster(manager: EntityManager): Promise<boolean> {
  const [row] = await manager.query<{ same: boolean }[]>(
    'SELECT cluster = system_identifier AS same FROM audit_sealing, pg_control_system()',
  );
  return row?.same === true;
}
