import { Entity, PrimaryColumn } from 'typeorm';

/**
 * An envelope that has been accepted, and never will be again. Partitioned by kid; a partition is dropped when its key
 * retires.
 */
@Entity('pin_envelopes')
export class PinEnvelopeEntity {
  @PrimaryColumn({ name: 'tenant_id', type: 'text' })
  tenantId!: string;

  @PrimaryColumn({ name: 'kid', type: 'text' })
  kid!: string;

  /** SHA-256 of the decoded ciphertext: 32 bytes. */
  @PrimaryColumn({ name: 'digest', type: 'bytea' })
  digest!: Buffer;
}
