import { Column, Entity, PrimaryColumn } from 'typeorm';

/**
 * A card's data, sealed by the HSM under one generation of the card-vault key: IV, ciphertext and tag in each of the
 * three columns. The fingerprint is an HMAC of the HSM's lookup key (libs/card-vault).
 */
@Entity('card_data')
export class CardDataEntity {
  @PrimaryColumn({ name: 'tenant_id', type: 'text' })
  tenantId!: string;

  @PrimaryColumn({ name: 'card_id', type: 'uuid' })
  cardId!: string;

  @Column({ name: 'pan', type: 'bytea' })
  pan!: Buffer;

  @Column({ name: 'expiry', type: 'bytea', nullable: true })
  expiry!: Buffer | null;

  @Column({ name: 'holder_name', type: 'bytea', nullable: true })
  holderName!: Buffer | null;

  @Column({ name: 'seal_generation', type: 'integer' })
  sealGeneration!: number;

  /** The same for the same PAN, within a tenant. For the schema's owner alone: no call reads it (docs/adr/0024). */
  @Column({ name: 'pan_fingerprint', type: 'bytea' })
  panFingerprint!: Buffer;

  @Column({ name: 'fingerprint_generation', type: 'integer' })
  fingerprintGeneration!: number;

  @Column({ name: 'stored_at', type: 'timestamptz', default: () => 'clock_timestamp()' })
  storedAt!: Date;
}
