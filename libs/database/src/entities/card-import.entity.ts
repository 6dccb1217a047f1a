import { Column, Entity, PrimaryColumn } from 'typeorm';

/** An upload of many cards under one request id. It is running only until `runsUntil`, whatever `state` says. */
@Entity('card_imports')
export class CardImportEntity {
  @PrimaryColumn({ name: 'tenant_id', type: 'text' })
  tenantId!: string;

  @PrimaryColumn({ name: 'import_id', type: 'uuid' })
  importId!: string;

  /** SHA-256 over client, method, path and request id: 32 bytes. The same upload has the same one. */
  @Column({ name: 'request_key', type: 'bytea' })
  requestKey!: Buffer;

  @Column({ name: 'request_id', type: 'text' })
  requestId!: string;

  @Column({ name: 'client_id', type: 'text' })
  clientId!: string;

  @Column({ name: 'state', type: 'text' })
  state!: 'running' | 'interrupted' | 'completed' | 'truncated';

  /** Lines whose cards this import has made. */
  @Column({ name: 'registered', type: 'integer', default: 0 })
  registered!: number;

  /** Lines whose references another import or call had registered. */
  @Column({ name: 'existing', type: 'integer', default: 0 })
  existing!: number;

  @Column({ name: 'failed', type: 'integer', default: 0 })
  failed!: number;

  /** The call that works on it; null when none does. */
  @Column({ name: 'run_id', type: 'uuid', nullable: true })
  runId!: string | null;

  @Column({ name: 'runs_until', type: 'timestamptz', nullable: true })
  runsUntil!: Date | null;

  @Column({ name: 'started_at', type: 'timestamptz', default: () => 'clock_timestamp()' })
  startedAt!: Date;

  @Column({ name: 'changed_at', type: 'timestamptz', default: () => 'clock_timestamp()' })
  changedAt!: Date;
}
