import type { EntityManager } from 'typeorm';
import { MIGRATIONS_TABLE } from './data-source.js';
import { SERVICE_FUNCTIONS } from './functions.js';
import { JOB_SCHEMA } from './job-queue.js';

/** The role that the service logs in as. It owns nothing and is granted exactly this. */
export const SERVICE_ROLE = 'pinward_service';

/** Nothing of a card's identity can be rewritten, and nothing of the audit trail at all. */
const TABLE_GRANTS: Readonly<Record<string, string>> = {
  // A tenant's own limit of tries is not the service's to set.
  tenants: 'SELECT, INSERT (tenant_id)',
  // Neither rights nor addresses of a client can be rewritten, nor a secret's hash or age.
  api_clients: 'SELECT, INSERT, UPDATE (revoked_at)',
  client_secrets: 'SELECT, INSERT, UPDATE (expires_at, warned_at), DELETE',
  cards: `SELECT, INSERT, UPDATE (pin_status, tries_spent, failures_without_success, evaluation_id,
    evaluation_deadline, evaluation_request_key, event_no, verifier, verifier_salt, verifier_generation,
    verifier_mac, verifier_mac_generation, verifier_event_no, locked_at, pin_set_at, last_unlock_at, last_unlock_by, last_unlock_reason)`,
  // Who asked for an unlock, of what and why, stays as it was.
  unlock_approvals: 'SELECT, INSERT, UPDATE (status, decided_by, decided_at)',
  // What was asked for, by whom, and by which client, stays as it was.
  approvals: 'SELECT, INSERT, UPDATE (status, decided_by, decided_through, decided_at, collected_at)',
  // A name stands for the same person for ever, and its flaw is not the service's to lift.
  persons: 'SELECT, INSERT, UPDATE (revoked_by, revoked_at)',
  pin_history: 'SELECT, INSERT, DELETE',
  // Of a one-time password nothing but its end can be written.
  one_time_passwords: 'SELECT, INSERT, UPDATE (status, wrong_codes, ended_at), DELETE',
  card_data: 'SELECT, INSERT, DELETE',
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
  // A sealed value is erased, an old event deleted; an event itself stays as it was.
  outbox_events: 'SELECT, INSERT, UPDATE (sealed, relayed_at), DELETE',
  // Another receiver is another endpoint.
  webhook_endpoints: 'SELECT, INSERT, UPDATE (deleted_at, failing_since, paused_at)',
  webhook_secrets: 'SELECT, INSERT, UPDATE (expires_at), DELETE',
  webhook_deliveries:
    'SELECT, INSERT, UPDATE (status, attempts, created_at, last_attempt_at, last_outcome, ended_at), DELETE',
  deployment_policy: 'SELECT, INSERT, UPDATE',
  // A version of the policy stays as it was.
  policies: 'SELECT, INSERT',
  // Who pulled a brake and why stays as it was; it is released as a whole.
  brakes: 'SELECT, INSERT, DELETE',
  schema_functions: 'SELECT',
  [MIGRATIONS_TABLE]: 'SELECT',
};

/**
 * Sets the service role's rights to what is listed here, taking away whatever it had besides.
 *
 * @throws Error when the role does not exist: making roles is the administrator's business
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
  // One role for both is for development only, and taking rights from the owner would break the next migration.
  if (found.owner) return;
  const statements = [
    `REVOKE ALL ON ALL TABLES IN SCHEMA public FROM ${found.role}`,
    `REVOKE ALL ON ALL FUNCTIONS IN SCHEMA public FROM ${found.role}, PUBLIC`,
    `GRANT USAGE ON SCHEMA public TO ${found.role}`,
    ...Object.entries(TABLE_GRANTS).map(([table, rights]) => `GRANT ${rights} ON ${table} TO ${found.role}`),
    ...SERVICE_FUNCTIONS.map((name) => `GRANT EXECUTE ON FUNCTION ${name} TO ${found.role}`),
    // Jobs are the library's: it reads and writes all of its tables.
    `GRANT USAGE ON SCHEMA ${JOB_SCHEMA} TO ${found.role}`,
    `GRANT SELECT, INSERT, UPDATE, DELETE ON ALL TABLES IN SCHEMA ${JOB_SCHEMA} TO ${found.role}`,
    `GRANT EXECUTE ON ALL FUNCTIONS IN SCHEMA ${JOB_SCHEMA} TO ${found.role}`,
  ];
  for (const statement of statements) await manager.query(statement);
}
