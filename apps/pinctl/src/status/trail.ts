import type { DataSource } from 'typeorm';
import { CheckpointFile, compareWithKept, isOwnCluster, newestHead } from '#libs/audit';
import type { AuditSettings } from '../config/settings.js';
import { ageWords, type Section } from './section.js';

const UNSEALED_AT_MOST_SECONDS = 60;
const STREAM_SILENT_SECONDS = 60;

interface Unsealed {
  readonly lines: number;
  readonly seconds: number;
}

interface StreamRow {
  readonly sink: string;
  readonly next: number;
  readonly silent: boolean;
}

/** The transactions that the last sealing did not see, by its own rule. */
const SNAPSHOT = `
SELECT pg_snapshot_xmax(snapshot)::text AS next,
       ARRAY(SELECT pg_snapshot_xip(snapshot)::text) AS "inProgress" FROM audit_sealing`;
const UNSEALED = `
SELECT count(*)::int AS lines,
       coalesce(extract(epoch FROM clock_timestamp() - min(occurred_at)), 0)::float8 AS seconds
  FROM audit_events WHERE xid >= $1::xid8 OR xid = ANY ($2::xid8[])`;
const STREAMS = `
SELECT sink, next_leaf::float8 AS next, claimed_until < clock_timestamp() - make_interval(secs => $1) AS silent
  FROM trail_streams ORDER BY sink`;

/** How far the trail is sealed, streamed and kept. */
export async function trailNow(dataSource: DataSource, audit: AuditSettings): Promise<Section> {
  const head = await newestHead(dataSource.manager);
  const [snapshot] = await dataSource.query<{ next: string; inProgress: string[] }[]>(SNAPSHOT);
  const [unsealed] = await dataSource.query<Unsealed[]>(UNSEALED, [snapshot?.next, snapshot?.inProgress]);
  const { lines = 0, seconds = 0 } = unsealed ?? {};
  const streams = await dataSource.query<StreamRow[]>(STREAMS, [STREAM_SILENT_SECONDS]);
  const size = head?.size ?? 0;
  const behind = streams.map(({ sink, next, silent }) => ({ sink, lag: Math.max(0, size - next), silent }));
  const kept = await keptWords(dataSource, audit, size);
  const attention = [
    ...(seconds > UNSEALED_AT_MOST_SECONDS
      ? [
          `${lines} events have waited up to ${ageWords(seconds)} to be sealed: look at /health/ready of a replica`,
        ]
      : []),
    ...behind.flatMap(({ sink, lag, silent }) =>
      lag > 0 && silent ? [`${sink} lacks ${lag} events, and nobody sends to it: look at the log`] : [],
    ),
    ...((await isOwnCluster(dataSource.manager))
      ? []
      : ['the database comes from another cluster: pinctl restore']),
    ...kept.attention,
  ];
  const sealed =
    head === null ? 'nothing is sealed' : `sealed to ${size}, head of ${head.signedAt.toISOString()}`;
  return {
    name: 'trail',
    facts: {
      size,
      signedAt: head?.signedAt ?? null,
      unsealed: lines,
      unsealedSeconds: seconds,
      streams: behind,
      checkpoint: kept.word,
    },
    words: [
      `${sealed}, ${lines} waiting`,
      `checkpoint: ${kept.word}`,
      ...behind.map(({ sink, lag }) => `${sink}: ${lag} behind`),
    ],
    attention,
  };
}

/** If this machine can see a kept checkpoint. */
async function keptWords(
  { manager }: DataSource,
  { checkpointFile, origin }: AuditSettings,
  size: number,
): Promise<{ readonly word: string; readonly attention: readonly string[] }> {
  if (checkpointFile === null) return { word: 'not looked at (AUDIT_CHECKPOINT_FILE)', attention: [] };
  const file = new CheckpointFile(checkpointFile);
  const note = await file.read();
  if (note === null)
    return size === 0
      ? { word: 'none yet', attention: [] }
      : {
          word: 'none',
          attention: [`no checkpoint in ${checkpointFile}: pinctl restore, or pinctl audit adopt`],
        };
  const { outcome } = await compareWithKept(manager, { note, origin, keys: await file.keys() });
  return outcome === 'consistent'
    ? { word: outcome, attention: [] }
    : {
        word: outcome,
        attention: [`the trail is not the one of the kept checkpoint (${outcome}): pinctl restore`],
      };
}
