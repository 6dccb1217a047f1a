import { Injectable, Logger } from '@nestjs/common';
import { DataSource } from 'typeorm';
import { credentialsDue, type CredentialDue } from '#libs/api-clients';
import { keysDue } from '#libs/keys';
import { oldSigningSecrets } from '#libs/webhooks';
import { LastingFault } from '../logging/lasting-fault.js';
import { PolicyInForce } from '../policy/policy-in-force.js';
import type { DueKind, Finding } from './check.js';
import { SetUp } from './set-up.js';
import type { Facts } from './soundness-schemas.js';

const DAY_MS = 86_400_000;
const ITEMS_AT_MOST = 200;

export interface DueItem {
  readonly kind: DueKind;
  readonly name: string;
  readonly dueAt: Date;
}

export interface WhatIsDue {
  readonly withinDays: number;
  /** At most 200, the first that is due before the others. */
  readonly items: readonly (DueItem & { readonly overdue: boolean })[];
  readonly more: boolean;
  readonly unknown: readonly DueKind[];
}

const CREDENTIALS: Readonly<Record<CredentialDue['what'], DueKind>> = {
  secret: 'client-secret',
  keys: 'client-keys',
  certificates: 'client-certificates',
};

interface Source {
  readonly kinds: readonly DueKind[];
  readonly read: (
    tenantId: string,
    now: Date,
    horizon: Date,
  ) => Promise<readonly DueItem[]> | readonly DueItem[];
}

/**
 * What must be replaced soon: keys of the HSM, which are everybody's, the certificate of this service, and what the tenant's own
 * clients and endpoints have. Secrets of webhooks have no age of their own in the policy: that of clients is taken.
 */
@Injectable()
export class Due {
  private readonly faults: readonly LastingFault[];
  private readonly sources: readonly Source[] = [
    { kinds: ['hsm-key'], read: async (_tenant, now) => await this.hsmKeys(now) },
    {
      kinds: ['client-secret', 'client-keys', 'client-certificates'],
      read: async (tenantId, now, horizon) => await this.credentials(tenantId, now, horizon),
    },
    {
      kinds: ['webhook-secret'],
      read: async (tenantId, _now, horizon) => await this.webhookSecrets(tenantId, horizon),
    },
    { kinds: ['tls-certificate'], read: () => this.certificate() },
  ];

  constructor(
    private readonly dataSource: DataSource,
    private readonly policy: PolicyInForce,
    private readonly setUp: SetUp,
  ) {
    const logger = new Logger(Due.name);
    this.faults = this.sources.map(
      ({ kinds }) =>
        new LastingFault(logger, `it cannot be told now when these are due: ${kinds.join(', ')}`),
    );
  }

  /** What cannot be asked is named in `unknown`. */
  async read(tenantId: string, withinDays: number, now = new Date()): Promise<WhatIsDue> {
    const horizon = new Date(now.getTime() + withinDays * DAY_MS);
    const found: DueItem[] = [];
    const unknown: DueKind[] = [];
    for (const [place, { kinds, read }] of this.sources.entries()) {
      try {
        found.push(...(await read(tenantId, now, horizon)));
        this.faults[place]?.over();
      } catch (fault) {
        this.faults[place]?.tell(fault);
        unknown.push(...kinds);
      }
    }
    const due = found
      .filter(({ dueAt }) => dueAt <= horizon)
      .toSorted((one, other) => one.dueAt.getTime() - other.dueAt.getTime());
    const items = due.slice(0, ITEMS_AT_MOST).map((item) => ({ ...item, overdue: item.dueAt <= now }));
    return { withinDays, items, more: due.length > items.length, unknown };
  }

  private async hsmKeys(now: Date): Promise<readonly DueItem[]> {
    const keys = await keysDue(this.dataSource, now);
    return keys.map(({ key, dueAt }) => ({ kind: 'hsm-key', name: key, dueAt }));
  }

  private async credentials(tenantId: string, now: Date, horizon: Date): Promise<readonly DueItem[]> {
    const due = await credentialsDue(this.dataSource.manager, {
      tenantId,
      maxAgeDays: this.policy.current.clientSecretMaxAgeDays,
      withinDays: Math.ceil((horizon.getTime() - now.getTime()) / DAY_MS),
      limit: ITEMS_AT_MOST + 1,
    });
    return due.map(({ what, clientId, rotateBefore }) => ({
      kind: CREDENTIALS[what],
      name: clientId,
      dueAt: rotateBefore,
    }));
  }

  private async webhookSecrets(tenantId: string, horizon: Date): Promise<readonly DueItem[]> {
    const ageMs = this.policy.current.clientSecretMaxAgeDays * DAY_MS;
    const before = new Date(horizon.getTime() - ageMs);
    const limit = ITEMS_AT_MOST + 1;
    const secrets = await oldSigningSecrets(this.dataSource.manager, { tenantId, before, limit });
    return secrets.map(({ endpointId, createdAt }) => ({
      kind: 'webhook-secret',
      name: endpointId,
      dueAt: new Date(createdAt.getTime() + ageMs),
    }));
  }

  private certificate(): readonly DueItem[] {
    if (!this.setUp.servesTls) return [];
    const dueAt = this.setUp.certificateEnd;
    if (dueAt === null || Number.isNaN(dueAt.getTime()))
      throw new Error('the end of the certificate in use is not known');
    return [{ kind: 'tls-certificate', name: 'listeners', dueAt }];
  }
}

/** An expired certificate keeps every caller out. */
export function dueFinding({ items, unknown }: WhatIsDue): Finding<Facts> {
  const overdue = items.filter((item) => item.overdue);
  return {
    facts: { overdue: overdue.length, soon: items.length - overdue.length },
    reasons: [
      ['overdue', 'degraded', overdue.length > 0],
      ['overdue', 'unsound', overdue.some(({ kind }) => kind === 'tls-certificate')],
      ['not-asked', 'unknown', unknown.length > 0],
    ],
  };
}
