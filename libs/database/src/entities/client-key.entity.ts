import { Column, Entity, PrimaryColumn } from 'typeorm';
import { timeOrNever, type TimeOrNever } from '../time-or-never.js';

/** The keys or certificates of a client: the current ones, and during a rotation those before. Nothing in it is secret. */
@Entity('client_keys')
export class ClientKeyEntity {
  @PrimaryColumn({ name: 'tenant_id', type: 'text' })
  tenantId!: string;

  @PrimaryColumn({ name: 'client_id', type: 'text' })
  clientId!: string;

  @PrimaryColumn({ name: 'method', type: 'text' })
  method!: 'private_key_jwt' | 'tls_client_auth';

  /** Counts up: the highest of a method is the current one. */
  @PrimaryColumn({ name: 'key_no', type: 'integer' })
  keyNo!: number;

  /** JSON text: public keys, the URL where they are, or thumbprints of certificates. */
  @Column({ name: 'content', type: 'text' })
  content!: string;

  @Column({ name: 'created_at', type: 'timestamptz' })
  createdAt!: Date;

  /** When what was replaced stops working; never for the current one. */
  @Column({ name: 'expires_at', type: 'timestamptz', nullable: true, transformer: timeOrNever })
  expiresAt!: TimeOrNever;

  /** Who has registered it and so may hold the private key; null if that is not known. */
  @Column({ name: 'known_to', type: 'text', array: true, nullable: true })
  knownTo!: string[] | null;

  /** When the warning about its age was sent, once for all replicas. */
  @Column({ name: 'warned_at', type: 'timestamptz', nullable: true })
  warnedAt!: Date | null;
}
