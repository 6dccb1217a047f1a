import { createHash } from 'node:crypto';
import { Injectable, Logger } from '@nestjs/common';
import { Interval } from '@nestjs/schedule';
import { DataSource, type EntityManager } from 'typeorm';
import { databaseFault, GroupCommit, PreparedQueries } from '#libs/database';
import { lengthPrefixed } from '#libs/hsm';
import { LastingFault } from '../../logging/lasting-fault.js';
import type { SingleProof } from './caller.js';

interface Claimed {
  readonly tenantId: string;
  readonly proof: Buffer;
  readonly secondsLeft: number;
}

/** In one order, so that sets of two replicas cannot wait for each other. The second of two equal rows is left out. */
const SPEND = {
  name: 'spend-proofs',
  text: `
INSERT INTO spent_proofs (tenant_id, proof, expires_at)
SELECT tenant_id, proof, clock_timestamp() + make_interval(secs => seconds_left)
  FROM unnest($1::text[], $2::bytea[], $3::float8[]) AS given (tenant_id, proof, seconds_left)
 ORDER BY tenant_id, proof
    ON CONFLICT DO NOTHING
RETURNING proof`,
};

/** Clocks of replicas differ: a row outlives what it stands for by so much. */
const MARGIN_SECONDS = 60;
const PURGE_EVERY_MS = 60_000;
const PURGE = 'DELETE FROM spent_proofs WHERE expires_at < clock_timestamp()';

/**
 * Proofs that were shown: in the database, since only that is shared by all replicas of every deployment, and a memory
 * of each replica would let a proof through once in each. The row is there before any work is done (docs/adr/0056).
 */
@Injectable()
export class SpentProofs {
  private readonly cannotPurge = new LastingFault(new Logger('Proofs'), 'spent proofs cannot be purged now');
  readonly #spends: GroupCommit<Claimed, boolean>;

  constructor(private readonly dataSource: DataSource) {
    const queries = new PreparedQueries(dataSource);
    this.#spends = new GroupCommit(
      async (claimed) => {
        const columns = [
          claimed.map(({ tenantId }) => tenantId),
          claimed.map(({ proof }) => proof),
          claimed.map(({ secondsLeft }) => secondsLeft),
        ];
        const rows = await queries.query<{ proof: Buffer }>(SPEND, columns);
        const fresh = new Set(rows.map(({ proof }) => proof.toString('base64')));
        return claimed.map(({ proof }) => fresh.has(proof.toString('base64')));
      },
      ({ proof }) => proof.toString('base64'),
    );
  }

  /**
   * @returns whether it was shown for the first time
   * @throws PinwardError DATABASE_UNAVAILABLE: then it is not known, and it does not count
   */
  async spend(proof: SingleProof): Promise<boolean> {
    try {
      return await this.#spends.together(claimedBy(proof));
    } catch (fault) {
      throw databaseFault(fault);
    }
  }

  /** The same within a transaction: where that is undone, it was not shown. */
  async spendIn(manager: EntityManager, shown: SingleProof): Promise<boolean> {
    const { tenantId, proof, secondsLeft } = claimedBy(shown);
    const rows = await manager.query<unknown[]>(SPEND.text, [[tenantId], [proof], [secondsLeft]]);
    return rows.length === 1;
  }

  @Interval(PURGE_EVERY_MS)
  async purge(): Promise<void> {
    await this.cannotPurge.within(() => this.dataSource.query(PURGE));
  }
}

function claimedBy({ tenantId, kind, signer, jti, secondsLeft }: SingleProof): Claimed {
  const text = lengthPrefixed('pinward:spent-proof:v1', tenantId, kind, signer, jti);
  const proof = createHash('sha256').update(text).digest();
  return { tenantId, proof, secondsLeft: secondsLeft + MARGIN_SECONDS };
}
