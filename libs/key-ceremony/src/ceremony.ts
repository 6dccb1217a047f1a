import type { DataSource } from 'typeorm';
import type { RegisteredKey } from '#libs/hsm';
import type { Registrar } from '#libs/keys';
import type { CeremonyToken } from './ceremony-token.js';

export type NewKey = Pick<RegisteredKey, 'kind' | 'generation'>;

/** What a ceremony works on and who holds it. */
export interface Ceremony {
  /** As the schema's owner: the service's role may not register keys. */
  readonly dataSource: DataSource;
  readonly token: CeremonyToken;
  readonly registrar: Registrar;
  /** Told of each step as it is done. */
  readonly told: (step: string) => void;
  /** Milliseconds; injected, so that tests need not wait. */
  readonly pause: (milliseconds: number) => Promise<void>;
  /** By which ends are set and have come; injected, so that a test can play years. */
  readonly now: () => Date;
}

/** A ceremony cannot go on; the message says what is to be done. */
export class CeremonyRefused extends Error {
  override readonly name = 'CeremonyRefused';
}

export interface NewKeyLengths {
  /** Modulus of pin-transport, bits. */
  readonly transportBits: number;
}
