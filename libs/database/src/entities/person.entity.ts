import { Column, Entity, PrimaryColumn } from 'typeorm';
import { timeOrNever, type TimeOrNever } from '../time-or-never.js';

/** A person whom clients of operators may name. A name is never given to another person. */
@Entity('persons')
export class PersonEntity {
  @PrimaryColumn({ name: 'tenant_id', type: 'text' })
  tenantId!: string;

  /** As it is shown, and as clients, tokens and the audit trail have it. */
  @PrimaryColumn({ name: 'name', type: 'text' })
  name!: string;

  /** Equal for names that look alike in small letters; null if the name breaks the rules. */
  @Column({ name: 'small_key', type: 'text', nullable: true })
  smallKey!: string | null;

  /** Equal for names that look alike in capitals. */
  @Column({ name: 'capital_key', type: 'text', nullable: true })
  capitalKey!: string | null;

  /** The fault of a name that was taken over from an earlier version; null if there is none. */
  @Column({ name: 'flaw', type: 'text', nullable: true })
  flaw!: string | null;

  @Column({ name: 'created_by', type: 'text' })
  createdBy!: string;

  @Column({ name: 'created_at', type: 'timestamptz', default: () => 'clock_timestamp()' })
  createdAt!: Date;

  @Column({ name: 'revoked_by', type: 'text', nullable: true })
  revokedBy!: string | null;

  @Column({ name: 'revoked_at', type: 'timestamptz', nullable: true, transformer: timeOrNever })
  revokedAt!: TimeOrNever;
}
