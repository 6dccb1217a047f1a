import type { DataSource } from 'typeorm';
import { KEY_KINDS, keyLabel } from '#libs/hsm';
import { dueAt } from '#libs/key-ceremony';
import { keyUses, readRegisteredKeys } from '#libs/keys';
import { readPolicy } from '#libs/policy';
import type { Section } from './section.js';

/** By then a client should be at it; the service warns from the same day on. */
const SECRET_WARNING_DAYS = 14;
const DAY_MS = 86_400_000;

/** Which current keys are to be replaced. */
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
  readonly tenantId: string;
  readonly clientId: string;
  readonly createdAt: Date;
}

const SECRETS = `
SELECT s.tenant_id AS "tenantId", s.client_id AS "clientId", s.created_at AS "createdAt"
  FROM client_secrets s JOIN api_clients c USING (tenant_id, client_id)
 WHERE c.revoked_at IS NULL AND s.expires_at IS NULL AND s.created_at < clock_timestamp() - make_interval(days => $1)
 ORDER BY s.created_at`;

/** Which clients' secrets are near the age that the policy sets. */
export async function secretsNow(dataSource: DataSource, now: Date): Promise<Section> {
  const days = (await readPolicy(dataSource.manager))?.policy.clientSecretMaxAgeDays ?? 90;
  const rows = await dataSource.query<SecretRow[]>(SECRETS, [Math.max(0, days - SECRET_WARNING_DAYS)]);
  const secrets = rows.map(({ tenantId, clientId, createdAt }) => ({
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
      ({ tenantId, clientId, rotateBefore }) =>
        `the secret of ${clientId} (tenant ${tenantId}) ${rotateBefore <= now ? 'was' : 'is'} to be rotated before ${rotateBefore.toISOString().slice(0, 10)}`,
    ),
  };
}
