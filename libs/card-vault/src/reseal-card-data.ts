import { Not, type DataSource, type FindOptionsWhere } from 'typeorm';
import { CardDataEntity } from '#libs/database';
import { areCurrent } from '#libs/keys';
import type { CardVault } from './card-vault.js';

/** Cards at work at a time: enough to keep the HSM's workers busy. */
const TOGETHER = 8;
const BATCH = 200;

/** Generations that new values get. */
export interface CurrentGenerations {
  readonly seal: number;
  readonly fingerprint: number;
}

export interface ResealProgress {
  readonly done: number;
  /** Cards whose data do not open: they were changed, or put where they do not belong. */
  readonly broken: readonly string[];
  /** A key was rotated meanwhile: what is left has to move to the new one, which this job does not hold. */
  readonly rotated: boolean;
}

/**
 * Moves card data that older keys sealed or fingerprinted to the current ones. It reads what is left to do from the
 * table itself, so it can be interrupted at any point and run again; several at once do no harm.
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

  /** @throws PinwardError HSM_UNAVAILABLE, DATABASE_UNAVAILABLE; what is done stays done */
  async execute(onProgress: (progress: ResealProgress) => void): Promise<ResealProgress> {
    let done = 0;
    const broken = new Set<string>();
    for (;;) {
      // Else it would go on making values with a key that may be retired under it.
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
   * Nothing is locked while the HSM works: the row is written only if it is still the one that was read, and whoever
   * changed it meanwhile did so under the current keys, or closed the card.
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
    // Broken ones stay where they are, and are few.
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
