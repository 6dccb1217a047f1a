import { Column, Entity, PrimaryColumn } from 'typeorm';
import { timeOrNever, type TimeOrNever } from '../time-or-never.js';

/** One or two for each client: the current secret, and during a rotation the one before. */
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

  /** SHA-256; null for a secret that has proved nothing since an older version made it. */
  @Column({ name: 'digest', type: 'bytea', nullable: true })
  digest!: Buffer | null;

  @Column({ name: 'created_at', type: 'timestamptz' })
  createdAt!: Date;

  /** When a replaced secret stops working; never for the current one. */
  @Column({ name: 'expires_at', type: 'timestamptz', nullable: true, transformer: timeOrNever })
  expiresAt!: TimeOrNever;

  /** Who has been shown this secret, or the one that changed itself into it; null where nobody remembers. */
  @Column({ name: 'known_to', type: 'text', array: true, nullable: true })
  knownTo!: string[] | null;

  /** When its age was warned of, once for all replicas. */
  @Column({ name: 'warned_at', type: 'timestamptz', nullable: true })
  warnedAt!: Date | null;
}
