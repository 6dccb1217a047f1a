import { constants } from 'node:fs';
import { access } from 'node:fs/promises';
import { dirname } from 'node:path';
import type { DataSource } from 'typeorm';
import { CheckpointFile, compareWithKept, newestHead, type Comparison } from '#libs/audit';
import type { Settings } from '../config/schema.js';
import type { Finding } from './finding.js';

/** Whether the database matches the kept checkpoint, and whether the next one could be kept; a witness is not asked. */
export async function checkTrail(settings: Settings, dataSource: DataSource): Promise<readonly Finding[]> {
  const check = 'trail';
  const { AUDIT_CHECKPOINT_FILE: path, AUDIT_ORIGIN: origin } = settings;
  if (path === undefined)
    return [{ check, result: 'ok', detail: 'no AUDIT_CHECKPOINT_FILE; a witness is not asked here' }];
  const unwritable = await access(dirname(path), constants.W_OK).then(
    () => null,
    ({ code }: NodeJS.ErrnoException) => code ?? 'no reason given',
  );
  if (unwritable !== null)
    return [
      {
        check,
        result: 'fault',
        detail: `AUDIT_CHECKPOINT_FILE cannot be written in ${dirname(path)} (${unwritable}): a service would not become ready`,
      },
    ];
  try {
    const { manager } = dataSource;
    const file = new CheckpointFile(path);
    const [note, keys, head] = [await file.read(), await file.keys(), await newestHead(manager)];
    if (note === null)
      return [
        head === null
          ? { check, result: 'ok', detail: 'a new trail: nothing is signed yet' }
          : absent(head.size),
      ];
    return [judged(await compareWithKept(manager, { note, origin, keys }))];
  } catch (fault) {
    const words = fault instanceof Error ? fault.message : 'no reason given';
    return [{ check, result: 'fault', detail: `AUDIT_CHECKPOINT_FILE cannot be used: ${words}` }];
  }
}

function judged(comparison: Comparison): Finding {
  const check = 'trail';
  switch (comparison.outcome) {
    case 'consistent':
      return { check, result: 'ok', detail: 'the database is the one of the kept checkpoint' };
    case 'nothing-kept':
      return absent(comparison.size);
    case 'truncated':
      return {
        check,
        result: 'fault',
        detail: `the database has ${comparison.size} events, the kept checkpoint ${comparison.keptSize}: it was restored; pinctl restore`,
      };
    case 'forked':
      return {
        check,
        result: 'fault',
        detail: 'the database is another one than the kept checkpoint: investigate',
      };
    case 'unreadable':
      return { check, result: 'fault', detail: `AUDIT_CHECKPOINT_FILE cannot be used: ${comparison.reason}` };
  }
}

function absent(size: number): Finding {
  const detail = `${size} events are signed and no checkpoint is kept: nothing is served until pinctl restore or pinctl audit adopt`;
  return { check: 'trail', result: 'fault', detail };
}
