import type { DataSource } from 'typeorm';
import {
  CheckpointFile,
  compareWithKept,
  isOwnCluster,
  newestHead,
  readUnsealed,
  SEALED_WITHIN_SECONDS,
} from '#libs/audit';
import type { AuditSettings } from '../config/settings.js';
import { ageWords, type Section } from './section.js';

const STREAM_SILENT_SECONDS = 60;

interface StreamRow {
  readonly sink: string;
  readonly next: number;
  readonly silent: boolean;
}

const STREAMS = `
SELECT sink, next_leaf::float8 AS next, claimed_until < clock_timestamp() - make_interval(secs => $1) AS silent
  FROM trail_streams ORDER BY sink`;

/** How far the trail is sealed, streamed and kept. */
export async function trailNow(dataSource: DataSource, audit: AuditSettings): Promise<Section> {
  const head = await newestHead(dataSource.manager);
  const { lines, seconds } = await readUnsealed(dataSource.manager);
  const streams = await dataSource.query<StreamRow[]>(STREAMS, [STREAM_SILENT_SECONDS]);
  const size = head?.size ?? 0;
  const behind = streams.map(({ sink, next, silent }) => ({ sink, lag: Math.max(0, size - next), silent }));
  const kept = await keptWords(dataSource, audit, size);
  const attention = [
    ...(seconds > SEALED_WITHIN_SECONDS
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
