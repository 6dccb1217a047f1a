import type { VendorProfileName } from '#libs/hsm';
import { hsmWorkers } from '../config/defaults.js';
import type { Environment } from '../config/environments.js';
import type { Settings } from '../config/schema.js';

/** What this replica was told to be, and to have. */
export class SetUp {
  readonly environment: Environment;
  readonly hsmProfile: VendorProfileName;
  /** Sessions with the token: one a worker. */
  readonly hsmSessions: number;
  readonly hasWitness: boolean;
  readonly sharesCounters: boolean;
  readonly servesTls: boolean;
  #certificateEnd: () => Date | null = () => null;

  constructor(settings: Settings) {
    this.environment = settings.PINWARD_ENV;
    this.hsmProfile = settings.PKCS11_PROFILE;
    this.hsmSessions = hsmWorkers(settings);
    this.hasWitness = settings.AUDIT_WITNESS_URL !== undefined;
    this.sharesCounters = settings.REDIS_URL !== undefined;
    this.servesTls = settings.TLS_MODE === 'on';
  }

  /** Of the certificate in use; null while it is not known. */
  get certificateEnd(): Date | null {
    return this.#certificateEnd();
  }

  /** The listeners are opened last. */
  certificateEndsAt(end: () => Date | null): void {
    this.#certificateEnd = end;
  }
}
