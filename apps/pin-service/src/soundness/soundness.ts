import { Injectable, Logger } from '@nestjs/common';
import { LastingFault } from '../logging/lasting-fault.js';
import { AskedChecks } from './asked-checks.js';
import { CHECKS, stateOf, statusOf, type CheckName, type Finding } from './check.js';
import { Due, dueFinding, type WhatIsDue } from './due.js';
import { OwnChecks } from './own-checks.js';
import type { Facts, SoundnessAnswer } from './soundness-schemas.js';

const NOT_ASKED: Finding<Facts> = { facts: {}, reasons: [['not-asked', 'unknown', true]] };
/** A check that cannot be made is told in the log with its cause, and in the answer as unknown. */
type Asked = 'service' | 'audit-trail' | 'deliveries';

/**
 * Whether everything is sound, for one tenant's operators: what all tenants share by category alone, and of tenants nothing but
 * the own one. What cannot be asked is unknown, never sound.
 */
@Injectable()
export class Soundness {
  private readonly faults = new Map<Asked, LastingFault>(
    (['service', 'audit-trail', 'deliveries'] as const).map((name) => [
      name,
      new LastingFault(new Logger(Soundness.name), `whether this is sound cannot be told now: ${name}`),
    ]),
  );

  constructor(
    private readonly own: OwnChecks,
    private readonly asked: AskedChecks,
    private readonly due: Due,
  ) {}

  async read(tenantId: string, dueWithinDays: number): Promise<SoundnessAnswer> {
    const checkedAt = new Date();
    const due = await this.due.read(tenantId, dueWithinDays, checkedAt);
    const findings = await this.findings(tenantId, due);
    const checks = CHECKS.map((name) => checkOf(name, findings[name]));
    return {
      status: statusOf(checks.map(({ state }) => state)),
      checkedAt: checkedAt.toISOString(),
      checks,
      due: {
        ...due,
        items: due.items.map(({ dueAt, ...item }) => ({ ...item, dueAt: dueAt.toISOString() })),
        unknown: [...due.unknown],
      },
    };
  }

  /** One after the other: this is no reason to take all connections. */
  private async findings(
    tenantId: string,
    due: WhatIsDue,
  ): Promise<Readonly<Record<CheckName, Finding<Facts>>>> {
    const { own, asked } = this;
    const service = await this.ask('service', () => asked.service());
    const trail = await this.ask('audit-trail', () => asked.trail());
    const deliveries = await this.ask('deliveries', () => asked.deliveries(tenantId));
    return {
      service: service ?? NOT_ASKED,
      hsm: own.hsmNow(),
      database: await asked.databaseNow(),
      'audit-trail': trail ?? NOT_ASKED,
      'audit-witness': own.witness(),
      'audit-streams': own.streamsNow(),
      codes: deliveries?.codes ?? NOT_ASKED,
      webhooks: deliveries?.events ?? NOT_ASKED,
      'rate-limits': own.rateLimits(),
      alarms: own.alarmsNow(),
      policy: own.policyNow(),
      due: dueFinding(due),
    };
  }

  private async ask<Found>(name: Asked, work: () => Promise<Found>): Promise<Found | null> {
    try {
      const found = await work();
      this.faults.get(name)?.over();
      return found;
    } catch (fault) {
      this.faults.get(name)?.tell(fault);
      return null;
    }
  }
}

function checkOf(name: CheckName, finding: Finding<Facts>): SoundnessAnswer['checks'][number] {
  const state = stateOf(finding);
  const { facts, since, reasons } = finding;
  const applying = reasons.filter(([, , applies]) => applies).map(([reason]) => reason);
  return {
    name,
    state,
    reasons: state === 'off' ? [] : [...new Set(applying)],
    ...(since ? { since: since.toISOString() } : {}),
    facts,
  };
}
