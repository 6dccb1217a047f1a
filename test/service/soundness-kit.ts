import { expect } from 'vitest';
import { FEW_WEAK_PINS } from '../support/few-weak-pins.js';
import { NO_RATE_LIMITS } from '../support/no-rate-limits.js';
import type { ServiceProcess } from '../rigs/service-process.js';
import type { ServiceKit } from './service-kit.js';

export const ENVIRONMENT = {
  ...FEW_WEAK_PINS,
  ...NO_RATE_LIMITS,
  ALARM_FLOOR: '50',
  AUDIT_SEAL_INTERVAL_MS: '200',
};
/** State and reasons of a check, and the status of the whole. */
export const SOUND = ['sound', [], 'sound'];

interface Check {
  readonly name: string;
  readonly state: string;
  readonly reasons: readonly string[];
  readonly since?: string;
  readonly facts: Readonly<Record<string, unknown>>;
}
interface Item {
  readonly kind: string;
  readonly name: string;
  readonly dueAt: string;
  readonly overdue: boolean;
}
interface Answer {
  readonly status: string;
  readonly checks: readonly Check[];
  readonly due: { readonly items: readonly Item[]; readonly unknown: readonly string[] };
}

/** What operators of two tenants are told. */
export class SoundnessKit {
  private constructor(
    private readonly kit: ServiceKit,
    readonly operator: string,
    readonly stranger: string,
  ) {}

  static async of(kit: ServiceKit): Promise<SoundnessKit> {
    const scopes = ['ops:read'];
    const operator = await kit.identity.tokenFor({ scopes, clientId: 'console' });
    const stranger = await kit.identity.tokenFor({ scopes, clientId: 'console', tenantId: 'other' });
    return new SoundnessKit(kit, operator, stranger);
  }

  async read({
    token = this.operator,
    query = '',
    service = this.kit.service,
  }: { token?: string; query?: string; service?: ServiceProcess } = {}): Promise<Answer> {
    const { status, body } = await service.request('GET', `/v1/admin/soundness${query}`, { token });
    expect([status, body]).toEqual([200, expect.anything()]);
    return body as Answer;
  }

  /** State and reasons of one check, and the status of the whole. */
  async told(name: string, token = this.operator): Promise<readonly unknown[]> {
    const { status, checks } = await this.read({ token });
    const check = checks.find((one) => one.name === name);
    return [check?.state, check?.reasons, status];
  }

  async factsOf(name: string, token = this.operator): Promise<Check['facts'] | undefined> {
    return (await this.read({ token })).checks.find((check) => check.name === name)?.facts;
  }
}
