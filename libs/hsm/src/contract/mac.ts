export interface CardIdentity {
  readonly tenantId: string;
  /** Lower-case UUID. */
  readonly cardId: string;
}

/** An HMAC-SHA256 (32 bytes), and the generation of the key that made it. */
export interface Mac {
  readonly generation: number;
  readonly value: Buffer;
}
