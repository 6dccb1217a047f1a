import type { DataSource } from 'typeorm';
import { KEY_KINDS, keyLabel } from '#libs/hsm';
import { dueAt, keyUses, readRegisteredKeys } from '#libs/keys';
import { readPolicy } from '#libs/policy';
import type { Section } from './section.js';

/** From this day on a client should replace its secret; the service warns from the same day. */
const SECRET_WARNING_DAYS = 14;
const DAY_MS = 86_400_000;

/** Which current keys must be replaced. */
export async function keysNow(dataSource: DataSource, now: Date): Promise<Section> {
  const rows = (await readRegisteredKeys(dataSource)).filter(({ state }) => state === 'current');
  const keys = await Promise.all(
    rows.map(async (row) => {
      const uses = await keyUses(dataSource, row);
      return {
        key: keyLabel(row),
        kind: row.kind,
        dueAt: dueAt(row.kind, { since: row.registeredAt, uses, now }),
      };
    }),
  );
  const due = keys.filter((key) => key.dueAt <= now);
  const missing = KEY_KINDS.filter((kind) => !keys.some((key) => key.kind === kind));
  const [next] = keys.toSorted((a, b) => a.dueAt.getTime() - b.dueAt.getTime());
  return {
    name: 'keys',
    facts: { keys, missing },
    words: [
      `${keys.length} current, ${due.length} due`,
      ...(next === undefined ? [] : [`next: ${next.key} on ${next.dueAt.toISOString().slice(0, 10)}`]),
    ],
    attention: [
      ...due.map(({ key, kind }) => `${key} is due: pinctl keys rotate ${kind}`),
      ...(missing.length === 0 ? [] : [`no current key for ${missing.join(', ')}: pinctl keys init`]),
    ],
  };
}

interface SecretRow {
  readonly what: 'secret' | 'keys' | 'certificates';
  readonly tenantId: string;
  readonly clientId: string;
  readonly createdAt: Date;
}

const SECRETS = `
WITH held AS (
  SELECT 'secret' AS what, tenant_id, client_id, created_at FROM client_secrets WHERE expires_at IS NULL
   UNION ALL
  SELECT CASE method WHEN 'private_key_jwt' THEN 'keys' ELSE 'certificates' END, tenant_id, client_id, created_at
    FROM client_keys WHERE expires_at IS NULL AND NOT (content::jsonb ? 'jwksUri')
)
SELECT h.what, h.tenant_id AS "tenantId", h.client_id AS "clientId", h.created_at AS "createdAt"
  FROM held h JOIN api_clients c USING (tenant_id, client_id)
 WHERE c.revoked_at IS NULL AND h.created_at < clock_timestamp() - make_interval(days => $1)
 ORDER BY h.created_at`;

/** Which clients' secrets, keys and certificates are near the age in the policy; keys at a URL are replaced there. */
export async function secretsNow(dataSource: DataSource, now: Date): Promise<Section> {
  const days = (await readPolicy(dataSource.manager))?.policy.clientSecretMaxAgeDays ?? 90;
  const rows = await dataSource.query<SecretRow[]>(SECRETS, [Math.max(0, days - SECRET_WARNING_DAYS)]);
  const secrets = rows.map(({ what, tenantId, clientId, createdAt }) => ({
    what,
    tenantId,
    clientId,
    createdAt,
    rotateBefore: new Date(createdAt.getTime() + days * DAY_MS),
  }));
  const past = secrets.filter(({ rotateBefore }) => rotateBefore <= now).length;
  return {
    name: 'secrets',
    facts: { maxAgeDays: days, due: secrets },
    words: [`${secrets.length} due within ${SECRET_WARNING_DAYS} days, ${past} of them past ${days} days`],
    attention: secrets.map(
      ({ what, tenantId, clientId, rotateBefore }) =>
        `the ${what} of ${clientId} (tenant ${tenantId}) ${isOrWas(what, rotateBefore <= now)} to be rotated before ${rotateBefore.toISOString().slice(0, 10)}`,
    ),
  };
}

function isOrWas(what: SecretRow['what'], past: boolean): string {
  if (what === 'secret') return past ? 'was' : 'is';
  return past ? 'were' : 'are';
}
