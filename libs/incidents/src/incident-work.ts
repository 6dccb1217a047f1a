import type { DataSource, EntityManager } from 'typeorm';
import { inTransaction } from '#libs/database';
import { lockIncident, lockNext, type Key } from './find-incidents.js';
import type { Incident } from './incident.js';
import { restoreCards, wait, type Limits } from './restore-cards.js';
import { searchCards } from './search-cards.js';
import { appendWorkerLines } from './trail.js';

/**
 * Carries incidents on, step by step. A step is one transaction, which holds its incident: a process that is killed
 * leaves the steps before, and any other goes on from there.
 */
export class IncidentWork {
  constructor(
    private readonly dataSource: DataSource,
    /** The service's own limits; stricter ones of the database win. */
    private readonly limits: () => Limits,
    /** After the restore of an older backup nothing that depends on counted tries may be done. */
    private readonly isTrailInDoubt: () => boolean,
  ) {}

  /** @returns false when no incident has a turn now. @throws PinwardError DATABASE_UNAVAILABLE */
  async step(): Promise<boolean> {
    return await inTransaction(this.dataSource, async (manager) => {
      const incident = await lockNext(manager);
      if (incident === null) return false;
      if (incident.state === 'searching') await this.search(manager, incident);
      else if (this.isTrailInDoubt()) await wait(manager, incident, 'audit-trail');
      else await restoreCards(manager, incident, await this.limitsNow(manager));
      return true;
    });
  }

  private async search(manager: EntityManager, incident: Incident): Promise<void> {
    const { maxFailures } = await this.limitsNow(manager);
    await searchCards(manager, incident, maxFailures);
  }

  /** The search of one incident. @param isLate asked before each step: whether to leave the rest to others */
  async searchUntil(key: Key, isLate: () => boolean): Promise<void> {
    let searching = true;
    while (searching && !isLate()) {
      searching = await inTransaction(this.dataSource, async (manager) => {
        const incident = await lockIncident(manager, key);
        if (incident.state === 'searching') await this.search(manager, incident);
        return incident.state === 'searching';
      });
    }
  }

  /** Previews that no person decided on end after a day, and their cards with them. @returns how many */
  async lapse(): Promise<number> {
    return await inTransaction(this.dataSource, async (manager) => {
      const [ended] = await manager.query<[{ tenantId: string; incidentId: string }[], number]>(
        `UPDATE incidents i SET state = 'lapsed', ended_at = clock_timestamp()
           FROM (SELECT tenant_id, incident_id FROM incidents
                  WHERE state IN ('searching', 'previewed') AND expires_at <= clock_timestamp()
                  LIMIT 10 FOR NO KEY UPDATE SKIP LOCKED) AS over
          WHERE i.tenant_id = over.tenant_id AND i.incident_id = over.incident_id
         RETURNING i.tenant_id AS "tenantId", i.incident_id AS "incidentId"`,
      );
      for (const key of ended) {
        await manager.query('DELETE FROM incident_cards WHERE tenant_id = $1 AND incident_id = $2', [
          key.tenantId,
          key.incidentId,
        ]);
        const incident = await lockIncident(manager, key);
        const details = { incidentId: key.incidentId };
        const line = { action: 'incident.lapse', result: 'lapsed', cardId: null, eventNo: null, details };
        await appendWorkerLines(manager, incident, [line]);
      }
      return ended.length;
    });
  }

  private async limitsNow(manager: EntityManager): Promise<Limits> {
    const [policy] = await manager.query<{ tries: number | null; failures: number | null }[]>(
      'SELECT pin_max_tries AS tries, pin_max_failures AS failures FROM pinward_policy()',
    );
    const { maxTries, maxFailures } = this.limits();
    return {
      maxTries: Math.min(maxTries, policy?.tries ?? maxTries),
      maxFailures: Math.min(maxFailures, policy?.failures ?? maxFailures),
    };
  }
}
