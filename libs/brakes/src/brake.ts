import type { BrakeKind } from '#libs/requests';

/** An operator's stop, until an operator releases it. */
export interface Brake {
  readonly brakeId: string;
  /** `*` means all tenants; only the command line can pull such a brake. */
  readonly tenantId: string;
  readonly kind: BrakeKind;
  /** A client id, a card id, an operation; `*` for everything. */
  readonly target: string;
  readonly reason: string;
  readonly pulledBy: string;
  readonly pulledThrough: string;
  readonly pulledAt: Date;
}

export interface BrakeView extends Omit<Brake, 'pulledAt' | 'tenantId'> {
  readonly allTenants: boolean;
  /** RFC 3339, UTC. */
  readonly pulledAt: string;
}

export function brakeView({ tenantId, pulledAt, ...brake }: Brake): BrakeView {
  return { ...brake, allTenants: tenantId === '*', pulledAt: pulledAt.toISOString() };
}
