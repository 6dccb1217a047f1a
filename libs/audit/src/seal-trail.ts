import type { DataSource } from 'typeorm';
import type { PinHsm } from '#libs/hsm';
import { AuditTree } from './persistence/audit-tree.js';
import { assignLeafIndexes } from './persistence/assign-leaf-indexes.js';
import { newestHead, storeHead, type StoredHead } from './persistence/heads.js';
import { signCheckpoint } from './signing.js';

export interface SealTrailParts {
  readonly dataSource: DataSource;
  readonly hsm: PinHsm;
  /** First line of every checkpoint: the name of this audit trail. */
  readonly origin: string;
}

/** Gives every committed line its place in the tree, and signs the head. Replicas share the work; none waits. */
export class SealTrail {
  constructor(private readonly parts: SealTrailParts) {}

  /**
   * @returns the newest head; null when there is no line yet
   * @throws HsmFault, or the database's error; sealed lines stay, and the head follows with the next call
   */
  async execute(): Promise<StoredHead | null> {
    const { dataSource, hsm, origin } = this.parts;
    // 1. Places for committed lines.
    await assignLeafIndexes(dataSource);
    // 2. The tree above them.
    const head = await dataSource.transaction(async (manager) => {
      const [{ free } = { free: false }] = await manager.query<{ free: boolean }[]>(
        "SELECT pg_try_advisory_xact_lock(hashtext('pinward audit heads')) AS free",
      );
      if (!free) return null;
      const tree = new AuditTree(manager);
      const size = await tree.size();
      const newest = await newestHead(manager);
      if (size === (newest?.size ?? 0)) return null;
      await tree.keepSubtrees(size);
      return { size, root: await tree.range(0, size) };
    });
    // 3. Its head, signed outside any transaction: an HSM may be slow.
    if (head !== null) {
      const note = await signCheckpoint(hsm, { origin, ...head });
      await storeHead(dataSource.manager, { ...head, note });
    }
    return await newestHead(dataSource.manager);
  }
}
