import { Column, Entity, PrimaryColumn } from 'typeorm';

/** What became of one line of an import. It holds nothing of the line but its reference. */
@Entity('card_import_lines')
export class CardImportLineEntity {
  @PrimaryColumn({ name: 'tenant_id', type: 'text' })
  tenantId!: string;

  @PrimaryColumn({ name: 'import_id', type: 'uuid' })
  importId!: string;

  /** Counted from 1, blank lines too. */
  @PrimaryColumn({ name: 'line_no', type: 'integer' })
  lineNo!: number;

  @Column({ name: 'outcome', type: 'text' })
  outcome!: 'registered' | 'existing' | 'failed';

  /** Null where the line has none that may be told. */
  @Column({ name: 'card_ref', type: 'text', nullable: true })
  cardRef!: string | null;

  @Column({ name: 'card_id', type: 'uuid', nullable: true })
  cardId!: string | null;

  /** Of a failed line: code, JSON pointer and a sentence of our own, which repeats nothing of the line. */
  @Column({ name: 'code', type: 'text', nullable: true })
  code!: string | null;

  @Column({ name: 'pointer', type: 'text', nullable: true })
  pointer!: string | null;

  @Column({ name: 'detail', type: 'text', nullable: true })
  detail!: string | null;
}
