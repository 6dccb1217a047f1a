import type { EntityManager } from 'typeorm';
import { ATTESTATIONS_AT_ONCE, type Attestation, type Mac } from '#libs/hsm';
import type { AttestationEpoch } from './attestation-epoch.js';
import type { AttestationChecker, AttestationReport } from './attestation-parts.js';
import { wasRetiredLater } from './attested-lines.js';
import { VERIFIERS } from './card-steps.js';

interface StoredVerifier {
  tenant_id: string;
  card_id: string;
  hash: Buffer;
  mac: Buffer | null;
  generation: number | null;
  event_no: string | null;
  placed_by: string | null;
  placed_after: string | null;
}

export type VerifiersReport = Omit<AttestationReport, 'givenBackUnattested'>;

/** The HSM host's word is required and missing, or is not for this verifier. */
export interface VerifierFinding {
  readonly kind: 'verifier-unattested' | 'verifier-forged';
  readonly tenantId: string;
  readonly cardId: string;
}

/** Whether the HSM host attested every stored verifier, of cards and of their PIN histories, for its place. */
export class StoredVerifiers {
  readonly findings: VerifierFinding[] = [];
  #attested = 0;
  #before = 0;
  #keyRetired = 0;

  constructor(
    private readonly epoch: AttestationEpoch,
    private readonly hsm: AttestationChecker | null,
  ) {}

  /** Inside a transaction, with a cursor, so that memory suffices for a million cards. */
  async check(manager: EntityManager): Promise<VerifiersReport> {
    const { since } = this.epoch;
    await manager.query(`DECLARE stored_verifiers NO SCROLL CURSOR FOR ${VERIFIERS}`, [
      since?.toString() ?? null,
    ]);
    for (;;) {
      const rows = await manager.query<StoredVerifier[]>(
        `FETCH ${ATTESTATIONS_AT_ONCE} FROM stored_verifiers`,
      );
      if (rows.length === 0) break;
      await this.judge(rows);
    }
    await manager.query('CLOSE stored_verifiers');
    return {
      checked: this.hsm !== null,
      since: since?.toString() ?? null,
      attested: this.#attested,
      before: this.#before,
      keyRetired: this.#keyRetired,
    };
  }

  private async judge(rows: readonly StoredVerifier[]): Promise<void> {
    const attested = rows.flatMap((row) => {
      const attestation = this.isOfBefore(row) ? null : attestationOf(row);
      if (attestation !== null) return [{ row, attestation }];
      if (this.isExpected(row)) this.find('verifier-unattested', row);
      else this.#before += 1;
      return [];
    });
    const checks =
      this.hsm === null
        ? attested.map(() => 'authentic' as const)
        : await this.hsm.checkAttestations(attested.map(({ attestation }) => attestation));
    for (const [index, { row, attestation }] of attested.entries()) {
      const check = checks[index] ?? 'forged';
      // The word must be for the step that the trail records.
      const isElsewhere = row.placed_after !== null && row.placed_after !== row.event_no;
      if (check === 'authentic' && !isElsewhere) this.#attested += 1;
      else if (!isElsewhere && this.wasRetired(row, attestation.mac, check)) this.#keyRetired += 1;
      else this.find('verifier-forged', row);
    }
  }

  private wasRetired(row: StoredVerifier, mac: Mac, check: 'authentic' | 'forged' | 'unknown-key'): boolean {
    // Its step has expired with its month: older than a year.
    if (row.placed_by === null) return check === 'unknown-key' && this.epoch.retired.has(mac.generation);
    return wasRetiredLater(this.epoch, row.placed_by, mac, check);
  }

  private isExpected({ placed_by: by }: StoredVerifier): boolean {
    return by !== null && this.epoch.since !== null && BigInt(by) > this.epoch.since;
  }

  /** A service of the previous version leaves the word of the replaced verifier. */
  private isOfBefore(row: StoredVerifier): boolean {
    return !this.isExpected(row) && row.placed_after !== null && row.placed_after !== row.event_no;
  }

  private find(
    kind: VerifierFinding['kind'],
    { tenant_id: tenantId, card_id: cardId }: StoredVerifier,
  ): void {
    this.findings.push({ kind, tenantId, cardId });
  }
}

function attestationOf(row: StoredVerifier): Attestation | null {
  const { tenant_id: tenantId, card_id: cardId, event_no: eventNo, mac, generation } = row;
  if (mac === null || generation === null || eventNo === null) return null;
  const claim = { kind: 'verifier', tenantId, cardId, eventNo, verifierHash: row.hash } as const;
  return { claim, mac: { generation, value: mac } };
}
