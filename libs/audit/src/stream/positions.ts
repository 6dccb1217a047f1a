import type { DataSource } from 'typeorm';

/** Seconds; longer than any set takes to send. After that time another replica takes over from one that died. */
const CLAIM_SECONDS = 60;

/** How far each receiver has the trail, and which replica sends to it now. */
export class StreamPositions {
  constructor(
    private readonly dataSource: DataSource,
    /** The name of this process among those that share the database. */
    private readonly owner: string,
  ) {}

  /** Call it before sending. @returns the next leaf; null while another replica sends */
  async claim(sink: string): Promise<number | null> {
    const [row] = await this.dataSource.query<{ next: string }[]>(
      `INSERT INTO trail_streams AS s (sink, claimed_by, claimed_until)
       VALUES ($1, $2, clock_timestamp() + $3 * interval '1 second')
       ON CONFLICT (sink) DO UPDATE SET claimed_by = excluded.claimed_by, claimed_until = excluded.claimed_until
        WHERE s.claimed_by = excluded.claimed_by OR s.claimed_until < clock_timestamp()
       RETURNING next_leaf AS next`,
      [sink, this.owner, CLAIM_SECONDS],
    );
    return row === undefined ? null : Number(row.next);
  }

  /** Call it after the receiver has taken the lines. */
  async reached(sink: string, next: number): Promise<void> {
    await this.dataSource.query(
      `UPDATE trail_streams SET next_leaf = $3, claimed_until = clock_timestamp() + $4 * interval '1 second'
        WHERE sink = $1 AND claimed_by = $2`,
      [sink, this.owner, next, CLAIM_SECONDS],
    );
  }

  /** Lets another replica send next. */
  async release(sink: string): Promise<void> {
    await this.dataSource.query(
      'UPDATE trail_streams SET claimed_until = clock_timestamp() WHERE sink = $1 AND claimed_by = $2',
      [sink, this.owner],
    );
  }
}
