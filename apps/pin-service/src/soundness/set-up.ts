import type { VendorProfileName } from '#libs/hsm';
import type { Settings } from '../config/schema.js';

/** Which parts this replica was told to have. */
export class SetUp {
  readonly hsmProfile: VendorProfileName;
  readonly hasWitness: boolean;
  readonly sharesCounters: boolean;
  readonly servesTls: boolean;
  #certificateEnd: () => Date | null = () => null;

  constructor(settings: Settings) {
    this.hsmProfile = settings.PKCS11_PROFILE;
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
