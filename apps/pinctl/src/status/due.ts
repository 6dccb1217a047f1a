import type { DataSource } from 'typeorm';
import { credentialsDue, type CredentialDue } from '#libs/api-clients';
import { KEY_KINDS } from '#libs/hsm';
import { keysDue } from '#libs/keys';
import { readPolicy } from '#libs/policy';
import type { Section } from './section.js';

/** From this day on a client should replace its secret; the service warns from the same day. */
const SECRET_WARNING_DAYS = 14;

/** Which current keys must be replaced. */
export async function keysNow(dataSource: DataSource, now: Date): Promise<Section> {
  const keys = await keysDue(dataSource, now);
  const due = keys.filter((key) => key.dueAt <= now);
  const missing = KEY_KINDS.filter((kind) => !keys.some((key) => key.kind === kind));
  const [next] = keys;
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

/** Which clients' secrets, keys and certificates are near the age in the policy; keys at a URL are replaced there. */
export async function secretsNow({ manager }: DataSource, now: Date): Promise<Section> {
  const maxAgeDays = (await readPolicy(manager))?.policy.clientSecretMaxAgeDays ?? 90;
  const asked = { tenantId: null, maxAgeDays, withinDays: SECRET_WARNING_DAYS, limit: null };
  const secrets = await credentialsDue(manager, asked);
  const past = secrets.filter(({ rotateBefore }) => rotateBefore <= now).length;
  return {
    name: 'secrets',
    facts: { maxAgeDays, due: secrets },
    words: [
      `${secrets.length} due within ${SECRET_WARNING_DAYS} days, ${past} of them past ${maxAgeDays} days`,
    ],
    attention: secrets.map(
      ({ what, tenantId, clientId, rotateBefore }) =>
        `the ${what} of ${clientId} (tenant ${tenantId}) ${isOrWas(what, rotateBefore <= now)} to be rotated before ${rotateBefore.toISOString().slice(0, 10)}`,
    ),
  };
}

function isOrWas(what: CredentialDue['what'], past: boolean): string {
  if (what === 'secret') return past ? 'was' : 'is';
  return past ? 'were' : 'are';
}
