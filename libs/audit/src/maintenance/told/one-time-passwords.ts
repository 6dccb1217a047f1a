import type { EntityManager } from 'typeorm';
import { TOLD } from './lines.js';

/** One-time passwords of the backup may have been used or guessed at since; a new one costs only a message. */
const ENDED = `UPDATE one_time_passwords SET status = 'superseded', ended_at = clock_timestamp() WHERE status = 'live'`;

/** Issued ones count for the limit of the hour. Their codes are unknown, so no code matches them. */
const ISSUED = `${TOLD}
  INSERT INTO one_time_passwords (tenant_id, otp_id, card_id, purpose, mac, mac_generation, status, issued_at, expires_at, ended_at)
  SELECT t.tenant_id, (t.details ->> 'otpId')::uuid, t.card_id, t.details ->> 'purpose',
         sha256(convert_to(gen_random_uuid()::text, 'UTF8')),
         (SELECT coalesce(max(generation), 1) FROM hsm_keys WHERE kind = 'otp' AND state <> 'retired'),
         'superseded', t.occurred_at, t.occurred_at, clock_timestamp()
    FROM told t JOIN cards c ON c.tenant_id = t.tenant_id AND c.card_id = t.card_id
   WHERE t.action = 'otp.issue' AND t.occurred_at > clock_timestamp() - interval '1 day'
      ON CONFLICT DO NOTHING`;

export async function applyOneTimePasswords(manager: EntityManager, from: number): Promise<void> {
  await manager.query(ENDED);
  await manager.query(ISSUED, [from]);
}
