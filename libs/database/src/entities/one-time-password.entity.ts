import { Column, Entity, PrimaryColumn } from 'typeorm';

export type OtpStatus = 'live' | 'used' | 'superseded' | 'exhausted';

/** A one-time password. After `expiresAt` it is not accepted, whatever its status says. */
@Entity('one_time_passwords')
export class OneTimePasswordEntity {
  @PrimaryColumn({ name: 'tenant_id', type: 'text' })
  tenantId!: string;

  @PrimaryColumn({ name: 'otp_id', type: 'uuid' })
  otpId!: string;

  @Column({ name: 'card_id', type: 'uuid' })
  cardId!: string;

  @Column({ name: 'purpose', type: 'text' })
  purpose!: 'pin-set' | 'pin-change' | 'pin-reset' | 'card-reveal';

  /** HMAC-SHA256 of the code under this generation of the otp key (libs/otp); nothing else is stored of the code. */
  @Column({ name: 'mac', type: 'bytea' })
  mac!: Buffer;

  @Column({ name: 'mac_generation', type: 'integer' })
  macGeneration!: number;

  @Column({ name: 'status', type: 'text', default: 'live' })
  status!: OtpStatus;

  @Column({ name: 'wrong_codes', type: 'smallint', default: 0 })
  wrongCodes!: number;

  @Column({ name: 'issued_at', type: 'timestamptz', default: () => 'clock_timestamp()' })
  issuedAt!: Date;

  @Column({ name: 'expires_at', type: 'timestamptz' })
  expiresAt!: Date;

  @Column({ name: 'ended_at', type: 'timestamptz', nullable: true })
  endedAt!: Date | null;
}
