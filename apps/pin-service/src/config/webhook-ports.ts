import type { Settings } from './schema.js';

/**
 * Ports that new webhook endpoints may have; null for any. In production 443 alone unless WEBHOOK_PORTS lists others: the
 * service must not become a scanner of what answers beside it.
 */
export function webhookPorts({
  WEBHOOK_PORTS,
  PINWARD_ENV,
}: Pick<Settings, 'WEBHOOK_PORTS' | 'PINWARD_ENV'>): readonly number[] | null {
  return WEBHOOK_PORTS?.map(Number) ?? (PINWARD_ENV === 'production' ? [443] : null);
}
