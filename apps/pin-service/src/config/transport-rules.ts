import type { z } from 'zod';
import { hasProductionRules, type Environment } from './environments.js';

interface TransportSettings {
  readonly PINWARD_ENV: Environment;
  readonly HOST: string;
  readonly PORT: number;
  readonly ADMIN_HOST?: string | undefined;
  readonly ADMIN_PORT?: number | undefined;
  readonly INTERNAL_PORT?: number | undefined;
  readonly TLS_MODE: 'on' | 'off';
  readonly TLS_CERT_FILE?: string | undefined;
  readonly TLS_KEY_FILE?: string | undefined;
  readonly TLS_CLIENT_CA_FILE?: string | undefined;
  readonly TLS_CLIENT_CERTIFICATES?: string | undefined;
}

const LOOPBACK = /^(127(\.\d{1,3}){3}|::1|localhost)$/;

/** Rules about several settings at once: certificates, plain HTTP, and a listener for each zone in production. */
export function refuseOpenTransport(settings: TransportSettings, context: z.RefinementCtx): void {
  const refuse = (name: keyof TransportSettings, message: string) =>
    context.addIssue({ code: 'custom', path: [name], message });
  if (settings.TLS_MODE === 'on') {
    for (const name of ['TLS_CERT_FILE', 'TLS_KEY_FILE'] as const) {
      if (settings[name] === undefined) refuse(name, 'is required while TLS_MODE is on');
    }
  } else {
    for (const name of ['HOST', 'ADMIN_HOST'] as const) {
      const host = settings[name];
      if (host !== undefined && !LOOPBACK.test(host)) {
        refuse('TLS_MODE', `off is for a proxy on the same host: ${name} must be a loopback address`);
      }
    }
    if (settings.TLS_CLIENT_CA_FILE !== undefined) {
      refuse('TLS_CLIENT_CA_FILE', 'asks for client certificates, which only TLS can carry (TLS_MODE)');
    }
  }
  if (settings.TLS_CLIENT_CERTIFICATES !== undefined && settings.TLS_CLIENT_CA_FILE === undefined) {
    refuse('TLS_CLIENT_CERTIFICATES', 'needs TLS_CLIENT_CA_FILE: no certificate would be asked for');
  }
  const ports = [settings.PORT, settings.ADMIN_PORT, settings.INTERNAL_PORT];
  for (const [index, name] of (['PORT', 'ADMIN_PORT', 'INTERNAL_PORT'] as const).entries()) {
    const port = settings[name];
    // 0 means a free port.
    if (port === undefined || port === 0 || ports.indexOf(port) === index) continue;
    refuse(name, 'is the port of another listener: each has its own');
  }
  if (!hasProductionRules(settings)) return;
  for (const name of ['ADMIN_PORT', 'INTERNAL_PORT'] as const) {
    if (settings[name] === undefined)
      refuse(name, 'is required in production: its zone has a listener of its own');
  }
}
