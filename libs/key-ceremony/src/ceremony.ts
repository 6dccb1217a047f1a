import type { DataSource } from 'typeorm';
import type { RegisteredKey } from '#libs/hsm';
import type { Registrar } from '#libs/keys';
import type { CeremonyToken } from './ceremony-token.js';

export type NewKey = Pick<RegisteredKey, 'kind' | 'generation'>;

/** The parts of a ceremony, and who holds it. */
export interface Ceremony {
  /** As the schema's owner: the service's role may not register keys. */
  readonly dataSource: DataSource;
  readonly token: CeremonyToken;
  readonly registrar: Registrar;
  /** Called for each step when it is done. */
  readonly told: (step: string) => void;
  /** Milliseconds; injected, so that tests need not wait. */
  readonly pause: (milliseconds: number) => Promise<void>;
  /** The clock for ends of keys; injected, so that a test can play years. */
  readonly now: () => Date;
}

/** A ceremony cannot go on; the message says what to do. */
export class CeremonyRefused extends Error {
  override readonly name = 'CeremonyRefused';
}

export interface NewKeyLengths {
  /** Modulus of pin-transport, bits. */
  readonly transportBits: number;
}
