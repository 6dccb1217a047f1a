import { Column, Entity, PrimaryColumn } from 'typeorm';

/** Something that a card's chip is to be told by an issuer script, which the authorisation host sends. */
@Entity('chip_commands')
export class ChipCommandEntity {
  @PrimaryColumn({ name: 'tenant_id', type: 'text' })
  tenantId!: string;

  @PrimaryColumn({ name: 'command_id', type: 'uuid' })
  commandId!: string;

  @Column({ name: 'card_id', type: 'uuid' })
  cardId!: string;

  @Column({ name: 'command', type: 'text' })
  command!: 'CHANGE_PIN' | 'UNBLOCK_PIN';

  /** event_no of the card when its PIN became what it is: grows with each PIN. */
  @Column({ name: 'pin_version', type: 'bigint' })
  pinVersion!: string;

  /** One of a card and kind is pending; a failure leaves it so. */
  @Column({ name: 'status', type: 'text', default: 'pending' })
  status!: 'pending' | 'delivered' | 'superseded';

  @Column({ name: 'created_at', type: 'timestamptz', default: () => 'clock_timestamp()' })
  createdAt!: Date;

  @Column({ name: 'last_failure_at', type: 'timestamptz', nullable: true })
  lastFailureAt!: Date | null;

  @Column({ name: 'last_failure_reason', type: 'text', nullable: true })
  lastFailureReason!: string | null;

  @Column({ name: 'ended_at', type: 'timestamptz', nullable: true })
  endedAt!: Date | null;
}
