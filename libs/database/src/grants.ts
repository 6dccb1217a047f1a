import type { EntityManager } from 'typeorm';
import { MIGRATIONS_TABLE } from './data-source.js';
import { SERVICE_FUNCTIONS } from './functions.js';
import { JOB_SCHEMA } from './job-queue.js';

/** The role of the service's login. It owns nothing and has exactly these rights. */
export const SERVICE_ROLE = 'pinward_service';

/** It cannot rewrite a card's identity, nor anything in the audit trail. */
const TABLE_GRANTS: Readonly<Record<string, string>> = {
  // The service must not set a tenant's own limit of tries, nor its rule for first PINs.
  tenants: 'SELECT, INSERT (tenant_id)',
  // Whose client it is and who made it cannot be rewritten, nor a secret's hash or age.
  api_clients: 'SELECT, INSERT, UPDATE (revoked_at, scopes, allowed_addresses, requests_per_minute)',
  client_secrets: 'SELECT, INSERT, UPDATE (expires_at, warned_at), DELETE',
  // Which keys a client has, and since when, cannot be rewritten.
  client_keys: 'SELECT, INSERT, UPDATE (expires_at, warned_at), DELETE',
  // What was shown once stays until it is too old.
  spent_proofs: 'SELECT, INSERT, DELETE',
  // Whose session it is, and since when, cannot be changed.
  console_sessions: `SELECT, INSERT, UPDATE (claims, rights_until, sealed_refresh, sealed_id_token, last_seen_at,
    ended_at, end_reason), DELETE`,
  // A demand cannot be changed; another one follows it.
  client_demands: 'SELECT, INSERT',
  cards: `SELECT, INSERT, UPDATE (pin_status, tries_spent, failures_without_success, evaluation_id,
    evaluation_deadline, evaluation_request_key, event_no, verifier, verifier_salt, verifier_generation,
    verifier_mac, verifier_mac_generation, verifier_event_no, locked_at, pin_set_at, last_unlock_at, last_unlock_by, last_unlock_reason)`,
  // Who asked for an unlock, of which card and why, cannot be changed.
  unlock_approvals: 'SELECT, INSERT, UPDATE (status, decided_by, decided_at)',
  // What was asked for, by which person and which client, cannot be changed.
  approvals: 'SELECT, INSERT, UPDATE (status, decided_by, decided_through, decided_at, collected_at)',
  // A name stands for the same person for ever, and the service must not clear its flaw.
  persons: 'SELECT, INSERT, UPDATE (revoked_by, revoked_at)',
  pin_history: 'SELECT, INSERT, DELETE',
  // Only the end of a one-time password can be written.
  one_time_passwords: 'SELECT, INSERT, UPDATE (status, wrong_codes, ended_at), DELETE',
  card_data: 'SELECT, INSERT, DELETE',
  // What a command is, and about which PIN, cannot be changed.
  chip_commands: 'SELECT, INSERT, UPDATE (status, last_failure_at, last_failure_reason, ended_at), DELETE',
  // Whose import it is cannot be changed, nor what became of a line: only what failed is tried again, anew.
  card_imports: `SELECT, INSERT, UPDATE (state, registered, existing, failed, run_id, runs_until, changed_at), DELETE`,
  card_import_lines: 'SELECT, INSERT, DELETE',
  card_import_turns: 'SELECT, INSERT, UPDATE (asked_at), DELETE',
  hsm_keys: 'SELECT',
  hsm_key_uses: 'SELECT, INSERT, UPDATE (seals)',
  hsm_key_holders: 'SELECT, INSERT, UPDATE, DELETE',
  idempotency_records: 'SELECT, INSERT, UPDATE (answer), DELETE',
  pin_envelopes: 'SELECT, INSERT, DELETE',
  maintenance_marks: 'SELECT, UPDATE (reached)',
  audit_events: 'SELECT, INSERT',
  audit_leaves: 'SELECT, INSERT',
  audit_subtrees: 'SELECT, INSERT',
  audit_heads: 'SELECT, INSERT',
  audit_sealing: 'SELECT, UPDATE (tree_size, snapshot)',
  trail_streams: 'SELECT, INSERT, UPDATE (next_leaf, claimed_by, claimed_until)',
  // A sealed value is erased, an old event deleted; an event itself cannot be changed.
  outbox_events: 'SELECT, INSERT, UPDATE (sealed, relayed_at), DELETE',
  // Another receiver is another endpoint.
  webhook_endpoints: 'SELECT, INSERT, UPDATE (deleted_at, failing_since, paused_at)',
  webhook_secrets: 'SELECT, INSERT, UPDATE (expires_at), DELETE',
  webhook_deliveries:
    'SELECT, INSERT, UPDATE (status, attempts, created_at, last_attempt_at, last_outcome, ended_at), DELETE',
  deployment_policy: 'SELECT, INSERT, UPDATE',
  // A version of the policy cannot be changed.
  policies: 'SELECT, INSERT',
  // Who pulled a brake and why cannot be changed; a brake is released as a whole.
  brakes: 'SELECT, INSERT, DELETE',
  // What an incident is about, and who opened it, cannot be changed.
  incidents: `SELECT, INSERT, UPDATE (state, searched_until, cards_hash, requested_by, requested_through, approved_by,
    approval_id, started_at, next_step_at, waits_for, ended_by, ended_at, end_reason)`,
  // Nor which cards were found, nor what would be taken back.
  incident_cards: 'SELECT, INSERT, UPDATE (outcome, cause, decided_at), DELETE',
  alarm_detection: `SELECT, UPDATE (next_leaf, learned_from, learned_to, counted_to, activity_next_leaf,
    activity_from)`,
  activity_hours: 'SELECT, INSERT, UPDATE (count), DELETE',
  alarm_series: 'SELECT, INSERT, UPDATE (window_start, count, count_before, usual), DELETE',
  // Whom an alarm is about, and since when, cannot be changed.
  alarms: 'SELECT, INSERT, UPDATE (count, last_over_at, ended_at, brake_id), DELETE',
  schema_functions: 'SELECT',
  [MIGRATIONS_TABLE]: 'SELECT',
};

/**
 * Sets the service role's rights to this list, and revokes all others.
 *
 * @throws Error when the role does not exist: the administrator makes roles
 */
export async function grantToService(manager: EntityManager, serviceRole: string): Promise<void> {
  const [found] = await manager.query<{ role: string; owner: boolean }[]>(
    'SELECT quote_ident(rolname) AS role, rolname = current_user AS owner FROM pg_roles WHERE rolname = $1',
    [serviceRole],
  );
  if (found === undefined) {
    throw new Error(
      `The role ${serviceRole} does not exist: create it (LOGIN, owning nothing), then migrate`,
    );
  }
  // One role for both is for development only; revoking the owner's rights would break the next migration.
  if (found.owner) return;
  const statements = [
    `REVOKE ALL ON ALL TABLES IN SCHEMA public FROM ${found.role}`,
    `REVOKE ALL ON ALL FUNCTIONS IN SCHEMA public FROM ${found.role}, PUBLIC`,
    `GRANT USAGE ON SCHEMA public TO ${found.role}`,
    ...Object.entries(TABLE_GRANTS).map(([table, rights]) => `GRANT ${rights} ON ${table} TO ${found.role}`),
    ...SERVICE_FUNCTIONS.map((name) => `GRANT EXECUTE ON FUNCTION ${name} TO ${found.role}`),
    // The job library reads and writes all of its tables.
    `GRANT USAGE ON SCHEMA ${JOB_SCHEMA} TO ${found.role}`,
    `GRANT SELECT, INSERT, UPDATE, DELETE ON ALL TABLES IN SCHEMA ${JOB_SCHEMA} TO ${found.role}`,
    `GRANT EXECUTE ON ALL FUNCTIONS IN SCHEMA ${JOB_SCHEMA} TO ${found.role}`,
  ];
  for (const statement of statements) await manager.query(statement);
}
