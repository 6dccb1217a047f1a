/**
 * What a stream carries, one JSON object a line: lines of the trail as an export has them, in their order, and after those
 * that it covers a signed checkpoint. Each comes at least once.
 */
export function checkpointRecord(note: string): string {
  return JSON.stringify({ checkpoint: note });
}

/** The note of such a record; null for any other line. */
export function checkpointOf(record: string): string | null {
  if (!record.startsWith('{"checkpoint":')) return null;
  try {
    const { checkpoint } = JSON.parse(record) as { readonly checkpoint?: unknown };
    return typeof checkpoint === 'string' ? checkpoint : null;
  } catch {
    // Half a line: the end of what was written when a process died.
    return null;
  }
}

/** A record without what a collector has put before it (a syslog header, a byte order mark); null where there is none. */
export function recordIn(line: string): string | null {
  const at = line.search(/\{"(?:leaf|checkpoint)":/);
  return at < 0 ? null : line.slice(at).trimEnd();
}

export interface Reached {
  /** The leaf to go on from. */
  readonly next: number;
  /** The newest checkpoint that it has; null where none is near its end. */
  readonly note: string | null;
}

/** Where a receiver takes the stream. */
export interface TrailSink {
  readonly kind: 'file' | 'syslog' | 'https';
  /** The same receiver has the same name, in every replica that shares it. */
  readonly name: string;
  /** How far it goes, where the receiver itself knows; null: the database remembers. */
  reached(): Promise<Reached | null>;
  /** @throws Error when it was not taken; then it is sent again */
  send(records: readonly string[]): Promise<void>;
}
