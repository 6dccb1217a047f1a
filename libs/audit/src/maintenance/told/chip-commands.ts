import type { EntityManager } from 'typeorm';
import { TOLD } from './lines.js';

/** What the chips were told since, the authorisation host need not send again. */
const DELIVERED = `${TOLD}
  UPDATE chip_commands p SET status = 'delivered', ended_at = t.occurred_at
    FROM told t
   WHERE t.action = 'chip.report' AND t.result = 'delivered'
     AND p.tenant_id = t.tenant_id AND p.command_id = (t.details ->> 'commandId')::uuid AND p.status = 'pending'`;

/**
 * Cards that were unlocked since, and whose chips were not told. A PIN that was set or changed since is lost with its
 * verifier: the reset that the card needs makes its own command.
 */
const UNBLOCKED = `${TOLD}
  INSERT INTO chip_commands (tenant_id, command_id, card_id, command, pin_version)
  SELECT DISTINCT ON (t.tenant_id, t.card_id) t.tenant_id, gen_random_uuid(), t.card_id, 'UNBLOCK_PIN',
         coalesce((SELECT max(p.pin_version) FROM chip_commands p
                    WHERE p.tenant_id = t.tenant_id AND p.card_id = t.card_id), c.event_no)
    FROM told t JOIN cards c ON c.tenant_id = t.tenant_id AND c.card_id = t.card_id
   WHERE t.action = 'pin.unlock' AND c.chip AND c.pin_status <> 'closed'
     AND NOT EXISTS (SELECT FROM told r
                      WHERE r.action = 'chip.report' AND r.result = 'delivered' AND r.details ->> 'command' = 'UNBLOCK_PIN'
                        AND r.tenant_id = t.tenant_id AND r.card_id = t.card_id AND r.leaf_no > t.leaf_no)
      ON CONFLICT DO NOTHING`;

export async function applyChipCommands(manager: EntityManager, from: number): Promise<void> {
  for (const statement of [DELIVERED, UNBLOCKED]) await manager.query(statement, [from]);
}
