import { Not, type DataSource, type FindOptionsWhere } from 'typeorm';
import { CardDataEntity } from '#libs/database';
import { areCurrent } from '#libs/keys';
import type { CardVault } from './card-vault.js';

/** Cards processed at a time: enough to keep the HSM's workers busy. */
const TOGETHER = 8;
const BATCH = 200;

/** Generations for new values. */
export interface CurrentGenerations {
  readonly seal: number;
  readonly fingerprint: number;
}

export interface ResealProgress {
  readonly done: number;
  /** Cards whose data do not open: they were changed, or are not in their place. */
  readonly broken: readonly string[];
  /** A key was rotated meanwhile: the rest must move to the new one, which this job does not hold. */
  readonly rotated: boolean;
}

/**
 * Moves card data that older keys sealed or fingerprinted to the current ones. The table itself shows what is left, so
 * the job can be interrupted at any point and run again; several at once do no harm.
 */
export class ResealCardData {
  /** @param dataSource as the schema's owner: the service's role may not change card data */
  constructor(
    private readonly vault: CardVault,
    private readonly dataSource: DataSource,
    private readonly current: CurrentGenerations,
  ) {}

  /** Cards that are left to do. */
  async remaining(): Promise<number> {
    return await this.dataSource.manager.count(CardDataEntity, { where: this.outdated() });
  }

  /** @throws PinwardError HSM_UNAVAILABLE, DATABASE_UNAVAILABLE; finished cards stay so */
  async execute(onProgress: (progress: ResealProgress) => void): Promise<ResealProgress> {
    let done = 0;
    const broken = new Set<string>();
    for (;;) {
      // Otherwise it would go on making values with a key that may be retired meanwhile.
      const rotated = !(await areCurrent(this.dataSource, this.keys()));
      const rows = rotated ? [] : await this.next(broken);
      if (rows.length === 0) return { done, broken: [...broken], rotated };
      for (let first = 0; first < rows.length; first += TOGETHER) {
        const together = rows.slice(first, first + TOGETHER);
        const outcomes = await Promise.all(together.map((row) => this.reseal(row)));
        together.forEach(({ cardId }, index) => {
          if (outcomes[index] === 'broken') broken.add(cardId);
          else done += 1;
        });
        onProgress({ done, broken: [...broken], rotated });
      }
    }
  }

  /**
   * Nothing is locked while the HSM works. The row is written only if it has not changed since it was read. A writer
   * that changed it used the current keys, or closed the card.
   */
  private async reseal(row: CardDataEntity): Promise<'done' | 'broken'> {
    const { tenantId, cardId, sealGeneration, fingerprintGeneration, pan } = row;
    const data = await this.vault.openRow(row);
    if (data === null) return 'broken';
    const sealed = await this.vault.seal({ tenantId, cardId }, data);
    const unchanged = { tenantId, cardId, sealGeneration, fingerprintGeneration, pan };
    await this.dataSource.manager.update(CardDataEntity, unchanged, sealed);
    return 'done';
  }

  private async next(broken: ReadonlySet<string>): Promise<readonly CardDataEntity[]> {
    // Broken ones stay in the table, and are few.
    const take = BATCH + broken.size;
    const rows = await this.dataSource.manager.find(CardDataEntity, { where: this.outdated(), take });
    return rows.filter(({ cardId }) => !broken.has(cardId));
  }

  private keys() {
    const { seal, fingerprint } = this.current;
    return [
      { kind: 'card-vault', generation: seal },
      { kind: 'lookup', generation: fingerprint },
    ] as const;
  }

  private outdated(): FindOptionsWhere<CardDataEntity>[] {
    const { seal, fingerprint } = this.current;
    return [{ sealGeneration: Not(seal) }, { fingerprintGeneration: Not(fingerprint) }];
  }
}
