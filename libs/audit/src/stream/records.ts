/**
 * The contents of a stream, one JSON object a line: lines of the trail in the form of an export, in their order, and
 * after the lines that it covers a signed checkpoint. Each comes at least once.
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
    // Half a line: the process died while it wrote.
    return null;
  }
}

/** A record without a collector's prefix (a syslog header, a byte order mark); null if there is no record. */
export function recordIn(line: string): string | null {
  const at = line.search(/\{"(?:leaf|checkpoint)":/);
  return at < 0 ? null : line.slice(at).trimEnd();
}

export interface Reached {
  /** The leaf to continue from. */
  readonly next: number;
  /** The newest checkpoint that it has; null if there is none near its end. */
  readonly note: string | null;
}

/** A receiver of the stream. */
export interface TrailSink {
  readonly kind: 'file' | 'syslog' | 'https';
  /** The same receiver has the same name in every replica that shares it. */
  readonly name: string;
  /** How far the receiver has the trail, if it knows itself; null if the database has to remember. */
  reached(): Promise<Reached | null>;
  /** @throws Error when the receiver did not take them; then they are sent again */
  send(records: readonly string[]): Promise<void>;
}
