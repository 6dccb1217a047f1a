import { ATTESTATIONS_AT_ONCE, type Attestation, type AttestationCheck, type Mac } from '#libs/hsm';
import type { AuditRow } from '../leaf.js';
import type { AttestationEpoch } from './attestation-epoch.js';
import {
  attestedDetails,
  type AttestationChecker,
  type AttestationReport,
  type AttestedDetails,
} from './attestation-parts.js';
import type { Finding } from './findings.js';

type What = 'verdict' | 'verifier';

interface Waiting {
  readonly auditId: string;
  readonly what: What;
  readonly attestation: Attestation;
}

/** The verdict of these is unknown, or no host could attest one. */
const NO_VERDICT = new Set(['abandoned', 'given-back']);
const EVALUATIONS = new Set(['pin.validate', 'pin.change']);
const ENROLMENTS = new Set(['pin.set', 'pin.reset']);
const NOTHING = Buffer.alloc(0);

/** Checks the lines of a trail one after another: did the HSM host attest what they record (ADR 0019)? */
export class AttestedLines {
  readonly findings: Finding[] = [];
  #waiting: Waiting[] = [];
  #attested = 0;
  #before = 0;
  #keyRetired = 0;
  #givenBackUnattested = 0;

  constructor(
    private readonly epoch: AttestationEpoch,
    private readonly hsm: AttestationChecker | null,
  ) {
    for (const auditId of epoch.forged)
      this.findings.push({ kind: 'attestation-forged', auditId, what: 'verdict' });
  }

  async note(row: AuditRow): Promise<void> {
    if (row.phase !== 'outcome' || row.card_id === null) return;
    const details = attestedDetails(row.details);
    if (row.evaluation_id !== null || EVALUATIONS.has(row.action)) this.noteVerdict(row, details);
    const enrolled = ENROLMENTS.has(row.action) && row.result === 'enrolled';
    if (enrolled || details.installs || details.verifierMac !== null) this.noteVerifier(row, details);
    if (this.#waiting.length >= ATTESTATIONS_AT_ONCE) await this.check();
  }

  async report(): Promise<AttestationReport> {
    await this.check();
    return {
      checked: this.hsm !== null,
      since: this.epoch.since?.toString() ?? null,
      attested: this.#attested,
      before: this.#before,
      keyRetired: this.#keyRetired,
      givenBackUnattested: this.#givenBackUnattested,
    };
  }

  private noteVerdict(row: AuditRow, details: AttestedDetails): void {
    const { audit_id: auditId, result } = row;
    const { verdictMac } = details;
    if (verdictMac === null) {
      if (result === 'abandoned') return;
      if (result === 'given-back' && this.isExpected(auditId)) this.#givenBackUnattested += 1;
      else this.miss(auditId, 'verdict');
      return;
    }
    const { compared, ...mac } = verdictMac;
    this.expect(auditId, 'verdict', mac, {
      kind: 'verdict',
      ...bindingOf(row),
      evaluationId: row.evaluation_id ?? '',
      operation: row.action === 'pin.change' ? 'change' : 'validate',
      verdict: result ?? '',
      compared,
    });
    // If the step does not change the verifier, the line's verifier is the one that was compared.
    const isOther = details.verifierMac === null && compared.toString('hex') !== details.verifierHash;
    if (isOther && !NO_VERDICT.has(result ?? '')) this.findings.push({ kind: 'other-verifier', auditId });
  }

  private noteVerifier(row: AuditRow, { verifierHash, verifierMac }: AttestedDetails): void {
    const { audit_id: auditId } = row;
    if (verifierMac === null) return this.miss(auditId, 'verifier');
    const hash = verifierHash === null ? NOTHING : Buffer.from(verifierHash, 'hex');
    this.expect(auditId, 'verifier', verifierMac, {
      kind: 'verifier',
      ...bindingOf(row),
      verifierHash: hash,
    });
  }

  private miss(auditId: string, what: What): void {
    if (this.isExpected(auditId)) this.findings.push({ kind: 'unattested', auditId, what });
    else this.#before += 1;
  }

  private expect(auditId: string, what: What, mac: Mac, claim: Attestation['claim']): void {
    this.#waiting.push({ auditId, what, attestation: { claim, mac } });
  }

  private async check(): Promise<void> {
    const waiting = this.#waiting;
    this.#waiting = [];
    if (this.hsm === null) {
      this.#attested += waiting.length;
      return;
    }
    for (let from = 0; from < waiting.length; from += ATTESTATIONS_AT_ONCE) {
      const batch = waiting.slice(from, from + ATTESTATIONS_AT_ONCE);
      const checks = await this.hsm.checkAttestations(batch.map(({ attestation }) => attestation));
      for (const [index, one] of batch.entries()) this.judge(one, checks[index] ?? 'forged');
    }
  }

  private judge({ auditId, what, attestation }: Waiting, check: AttestationCheck): void {
    if (check === 'authentic') this.#attested += 1;
    else if (wasRetiredLater(this.epoch, auditId, attestation.mac, check)) this.#keyRetired += 1;
    else this.findings.push({ kind: 'attestation-forged', auditId, what });
  }

  private isExpected(auditId: string): boolean {
    return this.epoch.since !== null && BigInt(auditId) > this.epoch.since;
  }
}

/** A MAC that can no longer be checked, on a line from the time when its key was in use. */
export function wasRetiredLater(
  { retired }: AttestationEpoch,
  auditId: string,
  { generation }: Mac,
  check: AttestationCheck,
): boolean {
  const at = retired.get(generation);
  return check === 'unknown-key' && at !== undefined && BigInt(auditId) < at;
}

/** The event number is the one before the line's own. */
function bindingOf(row: AuditRow) {
  const eventNo = row.event_no === null ? '' : String(BigInt(row.event_no) - 1n);
  return { tenantId: row.tenant_id, cardId: row.card_id ?? '', eventNo };
}
