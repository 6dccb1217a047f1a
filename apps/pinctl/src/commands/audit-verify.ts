import { readFileSync } from 'node:fs';
import type { DataSource } from 'typeorm';
import {
  AuditTree,
  consistencyProof,
  explainFinding,
  newestHead,
  verifyTrail,
  Witness,
  type TrailReport,
} from '#libs/audit';
import { loadSettings } from '../config/settings.js';
import { withDatabase } from '../database.js';
import { print } from '../terminal/print.js';
import { Refused } from '../terminal/refused.js';
import { terminal } from '../terminal/terminal.js';
import { attestationWords } from './attestation-words.js';
import { keptCheckpoint } from './kept-checkpoint.js';
import { withHsmIfAny } from './with-hsm.js';

/** Events; a multiple of the number read at a time. */
const TOLD_EVERY = 100_000;

interface Options {
  readonly checkpoint?: string;
  readonly keys?: string;
  readonly hsm?: boolean;
  readonly json?: true;
}

/**
 * Exit code 0: nothing was changed. 1: something was changed, or could not be compared; the first bad event is named
 * first.
 */
export async function verifyTrailCommand(options: Options): Promise<void> {
  const { databaseUrl } = loadSettings();
  const { origin, note, keys } = await keptCheckpoint(options);
  await withDatabase(
    databaseUrl,
    async (dataSource) => {
      const onProgress = (leaves: number) => {
        if (leaves % TOLD_EVERY === 0) terminal().stderr.write(`verified ${leaves} events\n`);
      };
      const report = await withHsmIfAny(dataSource, options, (hsm) =>
        verifyTrail(dataSource, { origin, keys, keptNote: note, hsm, onProgress }),
      );
      const witness = await askWitness(dataSource);
      const sound = report.findings.length === 0 && ['none', 'agrees'].includes(witness);
      const words = [
        ...report.findings.map(explainFinding),
        ...witnessWords(witness),
        ...attestationWords(report.attestation, 'verdicts and verifiers'),
      ];
      print(
        options.json,
        { ...report, witness, keptCheckpoint: note !== null },
        summary(report, note, words, sound),
      );
      if (!sound) throw new Refused('the audit trail is not as it was written');
      if (note === null && witness !== 'agrees' && report.size > 0)
        throw new Refused(
          'no checkpoint is kept, and no witness agrees: an end that was cut off cannot be seen',
        );
    },
    0,
  );
}

function summary(
  { size, heads }: TrailReport,
  note: string | null,
  words: readonly string[],
  sound: boolean,
): string {
  const against = note === null ? '' : ' and the kept checkpoint';
  const first = `${size} events, ${heads} signed heads${against}: ${sound ? 'all as they were written.' : 'NOT as they were written.'}`;
  return [first, ...words].join('\n');
}

type WitnessWord = 'none' | 'agrees' | 'refused' | 'nothing-seen';

async function askWitness(dataSource: DataSource): Promise<WitnessWord> {
  const { witness } = loadSettings().audit;
  const head = await newestHead(dataSource.manager);
  if (witness === null || head === null) return 'none';
  const ca = witness.caFile === undefined ? undefined : readFileSync(witness.caFile, 'utf8');
  const tree = new AuditTree(dataSource.manager);
  const verdict = await new Witness(witness.url, ca)
    .submit(head, (size) => consistencyProof(tree.range, size, head.size), false)
    .catch((cause: unknown) => {
      const words = 'the witness or the database does not answer: nothing is known of what it has seen';
      throw new Refused(words, { cause });
    });
  if (verdict.outcome === 'nothing-seen') return 'nothing-seen';
  return verdict.outcome === 'kept' ? 'agrees' : 'refused';
}

function witnessWords(witness: WitnessWord): string[] {
  switch (witness) {
    case 'none':
      return [];
    case 'agrees':
      return ['The witness has seen the same trail.'];
    case 'nothing-seen':
      return ['The witness has seen no trail: it says nothing about this one.'];
    case 'refused':
      return ['The witness has seen another trail, or a longer one.'];
  }
}
