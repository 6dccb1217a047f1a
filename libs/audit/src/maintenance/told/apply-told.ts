import type { EntityManager } from 'typeorm';
import { beginAlarmsAnew } from './alarms.js';
import { applyApprovals } from './approvals.js';
import { applyBrakes } from './brakes.js';
import { applyChipCommands } from './chip-commands.js';
import { applyClients } from './clients.js';
import { applyEndpoints } from './endpoints.js';
import { endIncidents } from './incidents.js';
import { applyKeys } from './keys.js';
import { TOLD, type Loss } from './lines.js';
import { applyOneTimePasswords } from './one-time-passwords.js';
import { applyPolicies } from './policies.js';
import { NO_TENANT } from '#libs/requests';

/** Actions whose effects are put back here or with the cards (correct-cards.ts), and actions without such effects. */
export const KNOWN_ACTIONS: readonly string[] = [
  ...[
    'tenant.create',
    'person.create',
    'person.revoke',
    'client.create',
    'client.change',
    'client.revoke',
    'client.rotate-secret',
    'client.rotate-keys',
    'client.withdraw-method',
    'client.demand',
  ],
  ...['webhook.create', 'webhook.delete', 'webhook.pause', 'webhook.resume', 'webhook.rotate-secret'],
  ...['approval.request', 'approval.approve', 'approval.reject', 'approval.collect'],
  ...['pin.unlock-requested', 'pin.unlock-approved', 'pin.unlock-rejected', 'key.register', 'otp.issue'],
  ...['policy.change', 'brake.pull', 'brake.release', 'key.abandon', 'key.destroy'],
  ...[
    'card.register',
    'card.close',
    'card.reconcile',
    'card.lost',
    'pin.set',
    'pin.reset',
    'pin.change',
    'pin.validate',
  ],
  ...['pin.evaluate', 'chip.report'],
  'pin.unlock',
  'pin.restore',
  ...[
    'incident.open',
    'incident.preview',
    'incident.start',
    'incident.end',
    'incident.cancel',
    'incident.lapse',
  ],
  ...['card-import.begin', 'card-import.end', 'alarm.raise', 'alarm.end'],
  ...[
    'api.call',
    'session.start',
    'session.end',
    'api.open',
    'api.refused',
    'token.issue',
    'token.refuse',
    'service.start',
    'otp.check',
    'card.reveal',
  ],
  ...[
    'card.baseline',
    'webhook.redeliver',
    'webhook.test',
    'audit.adopt',
    'audit.attest',
    'audit.expire',
    'audit.export',
    'audit.reconcile',
  ],
];

const UNKNOWN = `${TOLD}
  SELECT tenant_id AS "tenantId", count(*) || ' lines of ' || action AS what,
         'this version does not know how to put their effect back: look at them' AS remedy
    FROM told WHERE action <> ALL ($2) GROUP BY tenant_id, action ORDER BY 1, 2`;

/**
 * Puts back all other effects that the lines from this leaf on record. A card's own state is corrected before.
 *
 * @returns what cannot be put back, since the trail holds neither secrets nor contents
 */
export async function applyTold(manager: EntityManager, from: number): Promise<Loss[]> {
  const losses = [
    ...(await applyClients(manager, from)),
    ...(await applyEndpoints(manager, from)),
    ...(await applyApprovals(manager, from)),
    ...(await applyKeys(manager, from)),
    ...(await applyPolicies(manager, from)),
    ...(await endIncidents(manager)),
  ];
  await applyOneTimePasswords(manager, from);
  await applyBrakes(manager, from);
  await applyChipCommands(manager, from);
  await beginAlarmsAnew(manager);
  return [...losses, ...(await manager.query<Loss[]>(UNKNOWN, [from, KNOWN_ACTIONS]))];
}

const OFF = [
  `UPDATE client_secrets SET expires_at = clock_timestamp()
    WHERE expires_at IS NULL OR expires_at > clock_timestamp()`,
  `UPDATE client_keys SET expires_at = clock_timestamp()
    WHERE expires_at IS NULL OR expires_at > clock_timestamp()`,
  'UPDATE webhook_endpoints SET paused_at = clock_timestamp() WHERE deleted_at IS NULL AND paused_at IS NULL',
  `UPDATE one_time_passwords SET status = 'superseded', ended_at = clock_timestamp() WHERE status = 'live'`,
  `UPDATE approvals SET status = 'rejected', decided_by = 'restore', decided_through = 'pinctl', decided_at = clock_timestamp()
    WHERE status = 'pending'`,
  `UPDATE approvals SET collected_at = clock_timestamp() WHERE status = 'approved' AND collected_at IS NULL`,
  `UPDATE unlock_approvals SET status = 'lapsed' WHERE status = 'pending'`,
];

/** For lost lines: a client may have been revoked, a secret replaced, an endpoint deleted. */
export async function switchOff(manager: EntityManager): Promise<Loss[]> {
  for (const statement of OFF) await manager.query(statement);
  const incidents = await endIncidents(manager);
  await beginAlarmsAnew(manager);
  const all = (what: string, remedy: string): Loss => ({ tenantId: NO_TENANT, what, remedy });
  return [
    ...incidents,
    all(
      'secrets, keys and certificates of all clients',
      'revoke the clients that are not to call any more, then give the others new secrets or register their keys anew',
    ),
    all('all webhook endpoints', 'delete those that are not to get events any more, then resume the others'),
    all('requests for a second person', 'ask again'),
    all('brakes that were pulled', 'pinctl brakes pull what is to stand still'),
    all('changes of the policy', 'pinctl policy show'),
    all('demands on clients', 'pinctl clients demands'),
    all('changes of clients', 'pinctl clients list, then pinctl clients change those that may do too much'),
    all('clients whose tokens another issuer signs', 'revoke those that are not to call any more'),
    all('keys of ceremonies since the backup', 'pinctl keys list'),
    all(
      'register of used PIN envelopes',
      'pinctl keys rotate pin-transport, then pinctl keys retire every older generation --now',
    ),
  ];
}
