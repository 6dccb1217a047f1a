import type { DataSource } from 'typeorm';
import { readPolicy } from '#libs/policy';
import { ageDays } from '#libs/keys';
import { ALGORITHMS, algorithmRef } from './algorithms.js';
import { properties, type Component, type Mechanism } from './cyclonedx.js';

const DAY_MS = 86_400_000;
const SECRET_BITS = 256;

interface Counted {
  readonly count: number;
  readonly scryptAlone: number;
  readonly oldest: Date | null;
}

const CLIENT_SECRETS = `
SELECT count(*)::int AS count, count(*) FILTER (WHERE s.digest IS NULL)::int AS "scryptAlone", min(s.created_at) AS oldest
  FROM client_secrets s JOIN api_clients c USING (tenant_id, client_id)
 WHERE c.revoked_at IS NULL AND (s.expires_at IS NULL OR s.expires_at > $1)`;

const WEBHOOK_SECRETS = `
SELECT count(*)::int AS count, 0 AS "scryptAlone", min(s.created_at) AS oldest
  FROM webhook_secrets s JOIN webhook_endpoints e USING (tenant_id, endpoint_id)
 WHERE e.deleted_at IS NULL AND (s.expires_at IS NULL OR s.expires_at > $1)`;

/** Secrets of all tenants that are not keys of the HSM: how many there are, and how old the oldest is. */
export async function storedSecrets(
  dataSource: DataSource,
  { now, mechanism }: { readonly now: Date; readonly mechanism: Mechanism },
): Promise<readonly Component[]> {
  const [clients] = await dataSource.query<Counted[]>(CLIENT_SECRETS, [now]);
  const [webhooks] = await dataSource.query<Counted[]>(WEBHOOK_SECRETS, [now]);
  const policy = await readPolicy(dataSource.manager);
  const days = policy?.policy.clientSecretMaxAgeDays ?? null;
  return [
    ...(clients === undefined ? [] : [clientSecrets(clients, { now, days })]),
    ...(webhooks === undefined ? [] : [webhookSecrets(webhooks, { now, mechanism })]),
  ];
}

function clientSecrets(
  { count, scryptAlone, oldest }: Counted,
  { now, days }: { readonly now: Date; readonly days: number | null },
): Component {
  const due = oldest === null || days === null ? null : new Date(oldest.getTime() + days * DAY_MS);
  return {
    type: 'cryptographic-asset',
    'bom-ref': 'secrets/clients',
    name: 'digests of client secrets',
    cryptoProperties: {
      assetType: 'related-crypto-material',
      relatedCryptoMaterialProperties: {
        type: 'digest',
        size: SECRET_BITS,
        relatedCryptographicAssets: [
          { type: 'algorithm', ref: algorithmRef(ALGORITHMS['SHA-256'], 'openssl') },
          { type: 'algorithm', ref: algorithmRef(ALGORITHMS.scrypt, 'openssl') },
        ],
      },
    },
    properties: properties({
      count,
      'without-sha-256': scryptAlone,
      'oldest-age-days': oldest === null ? null : ageDays(oldest, now),
      'max-age-days': days,
      'due-at': due?.toISOString() ?? null,
      'used-for': 'API clients prove who they are',
    }),
  };
}

function webhookSecrets(
  { count, oldest }: Counted,
  { now, mechanism }: { readonly now: Date; readonly mechanism: Mechanism },
): Component {
  return {
    type: 'cryptographic-asset',
    'bom-ref': 'secrets/webhooks',
    name: 'webhook signing secrets',
    cryptoProperties: {
      assetType: 'related-crypto-material',
      relatedCryptoMaterialProperties: {
        type: 'secret-key',
        size: SECRET_BITS,
        securedBy: { mechanism, algorithmRef: algorithmRef(ALGORITHMS['AES-256-GCM'], 'hsm') },
        relatedCryptographicAssets: [
          { type: 'algorithm', ref: algorithmRef(ALGORITHMS['HMAC-SHA-256'], 'openssl') },
        ],
      },
    },
    properties: properties({
      count,
      'oldest-age-days': oldest === null ? null : ageDays(oldest, now),
      'used-for': 'receivers recognise events as ours',
    }),
  };
}
