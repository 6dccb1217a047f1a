import { open } from 'node:fs/promises';
import type { DataSource } from 'typeorm';
import {
  linesOfStream,
  openNote,
  reconcileTrail,
  surveyStream,
  type Reconciled,
  type ReconcileRequest,
} from '#libs/audit';
import { withOwner } from '../database.js';
import { localActor } from '../request-context.js';
import { confirm } from '../terminal/confirm.js';
import { print } from '../terminal/print.js';
import { Refused } from '../terminal/refused.js';
import { table } from '../terminal/table.js';
import { keptCheckpoint, type KeptCheckpoint } from './kept-checkpoint.js';

export interface ReconcileOptions {
  readonly export?: string;
  readonly stream?: readonly string[];
  readonly eventsLost?: true;
  readonly powersStand?: true;
  readonly checkpoint?: string;
  readonly keys?: string;
  readonly yes?: true;
  readonly json?: true;
}

const LOST =
  'This locks every card that has a PIN, ends the secrets of all clients and pauses all webhook endpoints, since what was ' +
  'tried and taken away is lost.';

export async function reconcileAudit(options: ReconcileOptions): Promise<void> {
  const kept = await keptCheckpoint(options);
  const source = await sourceOf(options, kept);
  if (options.yes !== true && options.eventsLost === true) await confirm(LOST, 'lock');
  await withOwner(async (owner) => {
    const result = await reconcileFrom(owner, source, { options, kept, dryRun: false });
    print(options.json, result, reconcileWords(result));
  });
}

/** Where the lost lines come from, according to the options. @throws Refused when they name no source, or several */
export async function sourceOf(options: ReconcileOptions, kept: KeptCheckpoint): Promise<Source> {
  const { export: file, stream, eventsLost } = options;
  const ways = [file, stream, eventsLost].filter((way) => way !== undefined).length;
  if (ways !== 1 && !(ways === 2 && stream !== undefined && eventsLost === true))
    throw new Refused(
      'choose --export FILE, --stream FILES, or --events-lost; the last may go with --stream',
    );
  return stream === undefined ? ofExport(kept, file) : await ofStream(kept, stream, eventsLost === true);
}

/** @throws Refused with the obstacle */
export async function reconcileFrom(
  owner: DataSource,
  source: Source,
  how: { readonly options: ReconcileOptions; readonly kept: KeptCheckpoint; readonly dryRun: boolean },
): Promise<Reconciled> {
  const { options, kept, dryRun } = how;
  const powersStand = options.powersStand === true;
  const result = await reconcileTrail(owner, {
    ...source,
    actor: localActor(),
    powersStand,
    dryRun,
  }).catch((fault: unknown) => {
    throw new Refused(fault instanceof Error ? fault.message : 'it could not be reconciled', {
      cause: fault,
    });
  });
  if (!dryRun && result.checkpoint !== null && result.checkpoint !== '')
    await kept.file.write(result.checkpoint);
  return result;
}

export type Source = Pick<ReconcileRequest, 'kept' | 'exported' | 'restLost'>;

function ofExport({ origin, note, keys }: KeptCheckpoint, file: string | undefined): Source {
  if (note === null && file !== undefined)
    throw new Refused('there is no kept checkpoint that the lines of the export could lead to');
  return {
    kept: note === null ? null : { note, origin, keys },
    exported: file === undefined ? null : linesIn(file),
  };
}

/**
 * Up to the end of the stream: its own newest checkpoint, or the kept one if its lines reach that far. Lines sealed
 * after its end are lost, or may be where no checkpoint is kept. A person must confirm that.
 */
async function ofStream(
  kept: KeptCheckpoint,
  paths: readonly string[],
  isLossSaid: boolean,
): Promise<Source> {
  const { origin, note, keys } = kept;
  const { checkpoint, end } = await surveyStream(paths, origin, keys);
  const keptSize = note === null ? null : openNote(note, origin, keys).size;
  const reaches = keptSize !== null && Math.max(end, checkpoint?.size ?? 0) >= keptSize;
  if (!reaches && !isLossSaid)
    throw new Refused(
      keptSize === null
        ? 'no checkpoint is kept, so nobody can tell whether the stream has everything: add --events-lost'
        : `the stream ends at ${checkpoint?.size ?? 0} events, the kept checkpoint at ${keptSize}: those between are lost; add --events-lost`,
    );
  const target = checkpoint !== null && checkpoint.size >= (reaches ? keptSize : 0) ? checkpoint.note : note;
  if (target === null) throw new Refused('no checkpoint of this trail is in the stream');
  return { kept: { note: target, origin, keys }, exported: linesOfStream(paths), restLost: !reaches };
}

export function reconcileWords({
  restoredLines,
  cardsCorrected,
  cardsForgotten,
  losses,
  sealingKeys,
  checkpoint,
}: Reconciled): string {
  const left = [
    ...losses.map(({ tenantId, what, remedy }) => [tenantId, what, remedy]),
    ...cardsForgotten.map(({ tenantId, cardId }) => [tenantId, `card ${cardId}`, 'register it anew']),
  ];
  return [
    `${restoredLines} events restored, ${cardsCorrected} cards corrected.`,
    ...(left.length === 0
      ? []
      : [
          'What could not be put back, and is off until you do this:',
          table(['TENANT', 'LOST', 'REMEDY'], left),
        ]),
    ...(sealingKeys.length === 0
      ? []
      : [
          `How often ${sealingKeys.join(', ')} sealed since the backup is forgotten: each counts 2^31 values more and is due; ` +
            'pinctl keys rotate and keys reseal.',
        ]),
    checkpoint === null
      ? 'The service evaluates PINs again within seconds.'
      : 'The kept checkpoint was replaced here; do the same for every other replica that keeps one.',
  ].join('\n');
}

async function* linesIn(path: string): AsyncGenerator<string> {
  const file = await open(path);
  yield* file.readLines();
}
