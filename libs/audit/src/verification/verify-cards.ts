import type { DataSource } from 'typeorm';
import { BEFORE_RECONCILIATION, VERIFIER_HASH } from '../persistence/sql.js';
import { attestationEpoch } from './attestation-epoch.js';
import type { AttestationChecker } from './attestation-parts.js';
import { STEP_FINDINGS } from './card-steps.js';
import { RESTORATION_FINDINGS } from './restorations.js';
import { StoredVerifiers, type VerifiersReport } from './stored-verifiers.js';

const FINDINGS_AT_MOST = 1_000;

/**
 * `card-missing`: the trail has a card that the database does not have. `no-history`: the database has a card that the
 * trail does not have. `older-than-history`: the trail has later steps than the row, as after a restore.
 * `ahead-of-history`: the row was written without a line. `state-differs`: tries, status or PIN verifier are not those
 * last recorded. `history-repeated`: two lines claim to be the same step. `verifier-replaced`: a line has another
 * verifier that no HSM host attested. `verdict-on-other-verifier`: the HSM host compared another verifier than the
 * card's. `counts-differ`: tries or failures do not follow from the line before. `restored-too-often`,
 * `restored-without-incident`: an incident cannot have taken these failures back. `verifier-unattested`,
 * `verifier-forged`: the stored verifier, or one of the PIN history, has no word of the HSM host, or none for this
 * place.
 */
type CardFindingKind =
  | 'card-missing'
  | 'no-history'
  | 'older-than-history'
  | 'ahead-of-history'
  | 'state-differs'
  | 'history-repeated'
  | 'verifier-replaced'
  | 'verdict-on-other-verifier'
  | 'counts-differ'
  | 'restored-too-often'
  | 'restored-without-incident'
  | 'verifier-unattested'
  | 'verifier-forged';

export interface CardFinding {
  readonly kind: CardFindingKind;
  readonly tenantId: string;
  readonly cardId: string;
  /** The values that differ; empty for the other kinds. */
  readonly differs: readonly string[];
}

export interface CardsReport {
  readonly cards: number;
  /** Missing cards whose loss an operator has recorded in the trail: no findings. */
  readonly lostCards: number;
  /** The first thousand. */
  readonly findings: readonly CardFinding[];
  /** For stored verifiers; verifyTrail checks the lines' verdicts. */
  readonly attestation: VerifiersReport;
}

/**
 * Whether every card is as its audited history says: try counter, status and PIN verifier. verifyTrail checks the trail
 * itself. It reads one snapshot of the database, so the service may go on meanwhile.
 *
 * @param hsm checks the HSM host's word; without one the report says that it was not checked
 */
export async function verifyCards(
  dataSource: DataSource,
  hsm: AttestationChecker | null = null,
): Promise<CardsReport> {
  return await dataSource.transaction('REPEATABLE READ', async (manager) => {
    await manager.query('SET TRANSACTION READ ONLY');
    const rows = await manager.query<
      { kind: CardFindingKind; tenant_id: string; card_id: string; differs: string[] }[]
    >(FINDINGS, [FINDINGS_AT_MOST]);
    const epoch = await attestationEpoch(manager, hsm);
    const steps = await manager.query<{ kind: CardFindingKind; tenant_id: string; card_id: string }[]>(
      STEP_FINDINGS,
      [epoch.since?.toString() ?? null, FINDINGS_AT_MOST],
    );
    const restorations = await manager.query<typeof steps>(RESTORATION_FINDINGS, [FINDINGS_AT_MOST]);
    const verifiers = new StoredVerifiers(epoch, hsm);
    const attestation = await verifiers.check(manager);
    const [count] = await manager.query<{ cards: string; lost: string }[]>(COUNTS);
    return {
      cards: Number(count?.cards ?? 0),
      lostCards: Number(count?.lost ?? 0),
      findings: [
        ...rows.map(({ kind, tenant_id: tenantId, card_id: cardId, differs }) => ({
          kind,
          tenantId,
          cardId,
          differs,
        })),
        ...[...steps, ...restorations].map(({ kind, tenant_id: tenantId, card_id: cardId }) => ({
          kind,
          tenantId,
          cardId,
          differs: [],
        })),
        ...verifiers.findings.map((finding) => ({ ...finding, differs: [] })),
      ].slice(0, FINDINGS_AT_MOST),
      attestation,
    };
  });
}

const COUNTS = `
SELECT (SELECT count(*) FROM cards) AS cards,
       (SELECT count(DISTINCT (e.tenant_id, e.card_id)) FROM audit_events e
         WHERE e.action = 'card.lost'
           AND NOT EXISTS (SELECT FROM cards c WHERE c.tenant_id = e.tenant_id AND c.card_id = e.card_id)) AS lost`;

/** For each card: the newest line of a step's end and of a step's beginning, beside the card's row. */
const FINDINGS = `
WITH outcomes AS (
  SELECT DISTINCT ON (tenant_id, card_id) tenant_id, card_id, event_no, audit_id, details::json AS state
    FROM audit_events
   WHERE event_no IS NOT NULL AND phase = 'outcome'
   ORDER BY tenant_id, card_id, event_no DESC, audit_id DESC
), intents AS (
  SELECT DISTINCT ON (tenant_id, card_id) tenant_id, card_id, event_no, evaluation_id
    FROM audit_events
   WHERE event_no IS NOT NULL AND phase = 'intent'
   ORDER BY tenant_id, card_id, event_no DESC, audit_id DESC
), losses AS (
  SELECT tenant_id, card_id, max(audit_id) AS audit_id FROM audit_events WHERE action = 'card.lost' GROUP BY 1, 2
), compared AS (
  SELECT tenant_id, card_id, c.card_id IS NOT NULL AS present, o.card_id IS NOT NULL AS known,
         coalesce(l.audit_id > o.audit_id, false) AS loss_known,
         c.event_no AS row_no, greatest(o.event_no, i.event_no) AS line_no,
         coalesce(c.evaluation_id = i.evaluation_id AND c.event_no = i.event_no, false) AS in_flight,
         i.event_no > o.event_no AS expects_flight, c.evaluation_id IS NOT NULL AS flies,
         c.pin_status, c.tries_spent, c.failures_without_success,
         ${VERIFIER_HASH} AS verifier_hash,
         o.state
    FROM cards c
    FULL JOIN outcomes o USING (tenant_id, card_id)
    LEFT JOIN intents i USING (tenant_id, card_id)
    LEFT JOIN losses l USING (tenant_id, card_id)
), judged AS (
  SELECT tenant_id, card_id, present, known, loss_known, row_no, line_no,
         array_remove(ARRAY[
           CASE WHEN pin_status IS DISTINCT FROM state ->> 'pinStatus' THEN 'pinStatus' END,
           CASE WHEN tries_spent IS DISTINCT FROM (state ->> 'triesSpent')::int + in_flight::int THEN 'triesSpent' END,
           CASE WHEN failures_without_success
                     IS DISTINCT FROM (state ->> 'failuresWithoutSuccess')::int + in_flight::int
                THEN 'failuresWithoutSuccess' END,
           CASE WHEN verifier_hash IS DISTINCT FROM state ->> 'verifierHash' THEN 'verifier' END,
           CASE WHEN flies IS DISTINCT FROM coalesce(expects_flight, false) OR flies AND NOT in_flight
                THEN 'evaluation' END
         ], NULL) AS differs
    FROM compared
), repeated AS (
  SELECT DISTINCT tenant_id, card_id FROM audit_events e
   WHERE event_no IS NOT NULL AND action <> 'card.baseline' AND NOT (${BEFORE_RECONCILIATION})
   GROUP BY tenant_id, card_id, event_no HAVING count(*) > 1
), found AS (
  SELECT CASE WHEN NOT present THEN CASE WHEN NOT loss_known THEN 'card-missing' END
              WHEN NOT known THEN 'no-history'
              WHEN row_no < line_no THEN 'older-than-history'
              WHEN row_no > line_no THEN 'ahead-of-history'
              WHEN cardinality(differs) > 0 THEN 'state-differs' END AS kind,
         tenant_id, card_id,
         CASE WHEN present AND known AND row_no = line_no THEN differs ELSE '{}' END AS differs
    FROM judged
  UNION ALL
  SELECT 'history-repeated', tenant_id, card_id, '{}' FROM repeated
)
SELECT kind, tenant_id, card_id, differs FROM found WHERE kind IS NOT NULL ORDER BY tenant_id, card_id, kind LIMIT $1
`;
