import { Column, Entity, PrimaryColumn } from 'typeorm';
import { checkedTime } from '../time-or-never.js';

/** A key generation as the key ceremony registered it: a key on the token without a row here does not count. */
@Entity('hsm_keys')
export class HsmKeyEntity {
  /** KeyKind of libs/hsm. */
  @PrimaryColumn({ name: 'kind', type: 'text' })
  kind!: string;

  @PrimaryColumn({ name: 'generation', type: 'integer' })
  generation!: number;

  /** KeyState of libs/hsm. */
  @Column({ name: 'state', type: 'text' })
  state!: string;

  /** 32 bytes that only this key can produce (libs/hsm, RegisteredKey). */
  @Column({ name: 'fingerprint', type: 'bytea' })
  fingerprint!: Buffer;

  /** For a sealing key whose HSM makes IVs: the IV of the fingerprint, 12 to 16 bytes. */
  @Column({ name: 'fingerprint_iv', type: 'bytea', nullable: true })
  fingerprintIv!: Buffer | null;

  @Column({ name: 'registered_at', type: 'timestamptz', default: () => 'clock_timestamp()' })
  registeredAt!: Date;

  @Column({ name: 'expires_at', type: 'timestamptz', nullable: true, transformer: checkedTime })
  expiresAt!: Date | null;
}
