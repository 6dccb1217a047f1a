import { Column, Entity, PrimaryColumn } from 'typeorm';

/** The verifier of an earlier PIN. The current one is in the card's own row. */
@Entity('pin_history')
export class PinHistoryEntity {
  @PrimaryColumn({ name: 'tenant_id', type: 'text' })
  tenantId!: string;

  @PrimaryColumn({ name: 'card_id', type: 'uuid' })
  cardId!: string;

  /** event_no of the change that replaced this PIN; higher is newer. */
  @PrimaryColumn({ name: 'sequence', type: 'bigint' })
  sequence!: string;

  @Column({ name: 'verifier', type: 'bytea' })
  verifier!: Buffer;

  @Column({ name: 'verifier_salt', type: 'bytea' })
  verifierSalt!: Buffer;

  @Column({ name: 'verifier_generation', type: 'integer' })
  verifierGeneration!: number;

  /** The same as on the card's row. */
  @Column({ name: 'verifier_mac', type: 'bytea', nullable: true })
  verifierMac!: Buffer | null;

  @Column({ name: 'verifier_mac_generation', type: 'integer', nullable: true })
  verifierMacGeneration!: number | null;

  @Column({ name: 'verifier_event_no', type: 'bigint', nullable: true })
  verifierEventNo!: string | null;

  @Column({ name: 'replaced_at', type: 'timestamptz', default: () => 'clock_timestamp()' })
  replacedAt!: Date;
}
