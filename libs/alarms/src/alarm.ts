import type { AlarmKind } from './kinds.js';

/** Far more of one kind than is usual for a client, or for a tenant. */
export interface Alarm {
  readonly tenantId: string;
  readonly alarmId: string;
  /** Null for all clients of the tenant together. */
  readonly clientId: string | null;
  readonly kind: AlarmKind;
  /** The window that was over. */
  readonly windowSeconds: number;
  readonly since: Date;
  /** The most in such a window so far. */
  readonly count: number;
  /** As it was when the alarm was raised. */
  readonly usual: number;
  readonly limit: number;
  /** The five minutes in which a window was last over. */
  readonly lastOverAt: Date;
  readonly raisedAt: Date;
  readonly endedAt: Date | null;
  /** The pause that it brought about, also after its release. */
  readonly brakeId: string | null;
}

export type AlarmView = ReturnType<typeof alarmView>;

/** For operators; nothing in it is secret. Members without a value are left out. */
export function alarmView({ alarmId, clientId, kind, windowSeconds, count, limit, usual, ...alarm }: Alarm) {
  const { since, lastOverAt, raisedAt, endedAt, brakeId } = alarm;
  return {
    alarmId,
    kind,
    ...(clientId === null ? {} : { clientId }),
    windowSeconds,
    count,
    usual: oneDecimal(usual),
    limit,
    since: since.toISOString(),
    lastOverAt: lastOverAt.toISOString(),
    raisedAt: raisedAt.toISOString(),
    ...(endedAt === null ? {} : { endedAt: endedAt.toISOString() }),
    ...(brakeId === null ? {} : { brakeId }),
  };
}

/** "120 wrong-pins in 5 minutes, usually 3.1" */
export function alarmWords({ kind, count, windowSeconds, usual }: Alarm): string {
  const window = windowSeconds >= 3_600 ? 'an hour' : `${windowSeconds / 60} minutes`;
  return `${count} ${kind} in ${window}, usually ${oneDecimal(usual)}`;
}

export function oneDecimal(number: number): number {
  return Math.round(number * 10) / 10;
}
