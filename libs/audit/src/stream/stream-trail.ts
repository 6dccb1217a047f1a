import { randomUUID } from 'node:crypto';
import type { DataSource } from 'typeorm';
import { AuditTree } from '../persistence/audit-tree.js';
import { newestHead, type StoredHead } from '../persistence/heads.js';
import { linesFrom } from '../persistence/sealed-lines.js';
import { StreamPositions } from './positions.js';
import { checkpointRecord, type Reached, type TrailSink } from './records.js';

const LINES_AT_A_TIME = 500;

export interface StreamTrailParts {
  readonly dataSource: DataSource;
  readonly sink: TrailSink;
  readonly now: () => number;
}

/**
 * Sends the sealed trail to one receiver outside, in order and at least once. Each head's checkpoint follows the lines
 * that it covers. So the receiver has the lines that a database loses in a fail-over or a restore. One replica sends at
 * a time.
 */
export class StreamTrail {
  readonly #positions: StreamPositions;
  #lag = 0;
  #behindSince: number | null = null;

  constructor(private readonly parts: StreamTrailParts) {
    this.#positions = new StreamPositions(parts.dataSource, randomUUID());
  }

  get kind(): TrailSink['kind'] {
    return this.parts.sink.kind;
  }

  /** Sealed lines that the receiver has not taken, as far as this process knows. */
  get lagLines(): number {
    return this.#lag;
  }

  /** How long it has been behind. */
  get lagSeconds(): number {
    return this.#behindSince === null ? 0 : (this.parts.now() - this.#behindSince) / 1_000;
  }

  /** @throws errors of database and receiver; taken lines stay so, the rest is sent with the next call */
  async execute(): Promise<void> {
    const { dataSource, sink } = this.parts;
    const head = await newestHead(dataSource.manager);
    if (head === null) return;
    const remembered = await this.#positions.claim(sink.name);
    if (remembered === null) {
      // Another replica sends, and reports how far behind it is.
      this.note(0);
      return;
    }
    try {
      await this.goOn(head, remembered);
    } finally {
      await this.#positions.release(sink.name);
    }
  }

  private async goOn(head: StoredHead, remembered: number): Promise<void> {
    const { sink } = this.parts;
    this.note(head.size - remembered);
    const reached = await sink.reached();
    const next = reached?.next ?? remembered;
    if (reached !== null && !(await this.isBeginning(head, reached)))
      throw new Error(`what was streamed to ${sink.name} is a history that was lost: move it away`);
    this.note(head.size - next);
    if (next < head.size) await this.catchUp(head, next);
  }

  /** Whether it is of this trail: after lines were given up as lost, another trail begins. */
  private async isBeginning(head: StoredHead, { next, note }: Reached): Promise<boolean> {
    if (next > head.size) return false;
    const [, size = '', root = ''] = note?.split('\n') ?? [];
    if (note === null) return true;
    const own = await new AuditTree(this.parts.dataSource.manager).range(0, Number(size));
    return own.toString('base64') === root;
  }

  private async catchUp(head: StoredHead, from: number): Promise<void> {
    const { dataSource, sink } = this.parts;
    for (let next = from; next < head.size;) {
      const limit = Math.min(LINES_AT_A_TIME, head.size - next);
      const lines = await linesFrom(dataSource.manager, next, limit);
      const end = lines.at(-1)?.leaf ?? head.size - 1;
      const records = lines.map(({ leaf, entry }) => `{"leaf":${leaf},"event":${entry}}`);
      // Lines of dropped months are skipped.
      const isLast = end + 1 >= head.size;
      await sink.send(isLast ? [...records, checkpointRecord(head.note)] : records);
      next = end + 1;
      await this.#positions.reached(sink.name, next);
      this.note(head.size - next);
    }
  }

  private note(lag: number): void {
    this.#lag = Math.max(0, lag);
    if (this.#lag === 0) this.#behindSince = null;
    else this.#behindSince ??= this.parts.now();
  }
}
