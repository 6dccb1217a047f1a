import { Column, Entity, PrimaryColumn } from 'typeorm';
import { timeOrNever, type TimeOrNever } from '../time-or-never.js';

/** One or two for each client: the current secret, and during a rotation the previous one. */
@Entity('client_secrets')
export class ClientSecretEntity {
  @PrimaryColumn({ name: 'tenant_id', type: 'text' })
  tenantId!: string;

  @PrimaryColumn({ name: 'client_id', type: 'text' })
  clientId!: string;

  /** Counts up: the highest is the current one. */
  @PrimaryColumn({ name: 'secret_no', type: 'integer' })
  secretNo!: number;

  /** scrypt in PHC string format, parameters and salt included. */
  @Column({ name: 'hash', type: 'text' })
  hash!: string;

  /** SHA-256; null for a secret that an older version made and that has not been used since. */
  @Column({ name: 'digest', type: 'bytea', nullable: true })
  digest!: Buffer | null;

  @Column({ name: 'created_at', type: 'timestamptz' })
  createdAt!: Date;

  /** When a replaced secret stops working; never for the current one. */
  @Column({ name: 'expires_at', type: 'timestamptz', nullable: true, transformer: timeOrNever })
  expiresAt!: TimeOrNever;

  /** Who has seen this secret, or the one that replaced itself with it; null if that is not known. */
  @Column({ name: 'known_to', type: 'text', array: true, nullable: true })
  knownTo!: string[] | null;

  /** When the warning about its age was sent, once for all replicas. */
  @Column({ name: 'warned_at', type: 'timestamptz', nullable: true })
  warnedAt!: Date | null;
}
