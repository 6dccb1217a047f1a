import { availableParallelism } from 'node:os';
import { EVALUATION_WINDOW_MS } from '#libs/hsm';
import { hasProductionRules } from './environments.js';
import type { Settings } from './schema.js';

/** Enough to keep a network HSM busy while each call waits for its round trip. */
const NETWORK_WORKERS = 16;

/** As set; otherwise as long as the vendor's documented failover may pause a call. */
export function evaluationWindowMs(settings: Settings): number {
  return settings.PIN_EVALUATION_WINDOW_MS ?? EVALUATION_WINDOW_MS[settings.PKCS11_PROFILE];
}

/**
 * As set; otherwise one thread a processor for a module that computes here, and more for one that waits for a network.
 */
export function hsmWorkers({ HSM_WORKERS, PKCS11_PROFILE }: Settings): number {
  const isLocal = PKCS11_PROFILE === 'softhsm2' || PKCS11_PROFILE === 'nss';
  return HSM_WORKERS ?? (isLocal ? availableParallelism() : NETWORK_WORKERS);
}

/** As set; otherwise a quarter of the workers: what is left is for cardholders. */
export function importHsmWorkers(settings: Settings): number {
  return settings.CARD_IMPORT_HSM_WORKERS ?? Math.max(1, Math.floor(hsmWorkers(settings) / 4));
}

/** The same of URLs at which clients publish their keys. */
export function clientKeysPorts({
  CLIENT_KEYS_PORTS,
  PINWARD_ENV,
}: Pick<Settings, 'CLIENT_KEYS_PORTS' | 'PINWARD_ENV'>): readonly number[] | null {
  return webhookPorts({ WEBHOOK_PORTS: CLIENT_KEYS_PORTS, PINWARD_ENV });
}

/**
 * Ports that new webhook endpoints may have; null for any. In production only 443, unless WEBHOOK_PORTS lists others:
 * the service must not become a scanner of the ports beside it.
 */
export function webhookPorts({
  WEBHOOK_PORTS,
  PINWARD_ENV,
}: Pick<Settings, 'WEBHOOK_PORTS' | 'PINWARD_ENV'>): readonly number[] | null {
  return WEBHOOK_PORTS?.map(Number) ?? (hasProductionRules({ PINWARD_ENV }) ? [443] : null);
}
