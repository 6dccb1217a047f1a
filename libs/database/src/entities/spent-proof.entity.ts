import { Column, Entity, PrimaryColumn } from 'typeorm';

/** An assertion or a proof that was shown, and must not be shown again. */
@Entity('spent_proofs')
export class SpentProofEntity {
  @PrimaryColumn({ name: 'tenant_id', type: 'text' })
  tenantId!: string;

  /** SHA-256 over its kind, who showed it and its `jti`: 32 bytes. */
  @PrimaryColumn({ name: 'proof', type: 'bytea' })
  proof!: Buffer;

  /** From then on it is too old to be shown, and the row may go. */
  @Column({ name: 'expires_at', type: 'timestamptz' })
  expiresAt!: Date;
}
