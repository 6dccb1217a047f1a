import { Command } from 'commander';
import type { DataSource } from 'typeorm';
import { verifyCards, verifyTrail } from '#libs/audit';
import { withOwner } from '../database.js';
import { confirm } from '../terminal/confirm.js';
import { printText } from '../terminal/print.js';
import { Refused } from '../terminal/refused.js';
import { reconcileFrom, reconcileWords, sourceOf, type ReconcileOptions } from './audit-reconcile.js';
import { keptCheckpoint, type KeptCheckpoint } from './kept-checkpoint.js';
import { reconcileOptions } from './reconcile-options.js';
import { findCheckpoint, findStreams, findTransportKeys, type Found } from './restore-findings.js';

interface Options extends ReconcileOptions {
  readonly dryRun?: true;
}

export function restoreCommand(): Command {
  return reconcileOptions(new Command('restore'))
    .description(
      "after a restore or a fail-over, as the schema's owner: what was lost, step by step, until the service may serve again",
    )
    .option('--dry-run', 'tell what each step finds and would come to; change nothing')
    .option('--yes', 'do not ask')
    .action(restore);
}

/**
 * Exit code 0: the service may serve; or, with --dry-run, it may after the printed steps. 1: something is left to do.
 */
async function restore(options: Options): Promise<void> {
  const kept = await keptCheckpoint(options);
  await withOwner(async (owner) => {
    // 1. The state of the database.
    const checkpoint = await findCheckpoint(owner, kept);
    tell(1, 'The kept checkpoint', checkpoint);
    stopAt(checkpoint);
    if (checkpoint.isDone) {
      printText('Nothing was lost: there is nothing to put back.');
      return;
    }
    // 2. Envelopes captured since the backup. A dry run goes on, to print every step.
    const transport = await findTransportKeys(owner);
    tell(2, 'PIN envelopes that were captured', transport);
    if (options.dryRun !== true) stopAt(transport);
    // 3. What the lost events record.
    await putBack(owner, options, kept);
    // 4. Whether everything agrees.
    if (options.dryRun === true) tell(4, 'The trail and the cards', later('verified after step 3'));
    else await verifyAll(owner, await keptCheckpoint(options));
    // 5. For the next time.
    tell(5, 'The stream', await findStreams(owner));
    if (options.dryRun === true) stopAt(transport);
    printText(options.dryRun === true ? 'Nothing was changed.' : 'The service serves again within seconds.');
  });
}

async function putBack(owner: DataSource, options: Options, kept: KeptCheckpoint): Promise<void> {
  const source = await sourceOf(options, kept);
  const how = { options, kept };
  const planned = await reconcileFrom(owner, source, { ...how, dryRun: true });
  const title = options.dryRun === true ? 'What would be put back' : 'What is put back';
  tell(3, title, { words: reconcileWords(planned).split('\n'), todo: null });
  if (options.dryRun === true) return;
  if (options.yes !== true) await confirm('This writes it into the database.', 'restore');
  // Its lines were read to the end, so they are read again from the beginning.
  await reconcileFrom(owner, await sourceOf(options, kept), { ...how, dryRun: false });
}

async function verifyAll(owner: DataSource, { origin, keys, note }: KeptCheckpoint): Promise<void> {
  const trail = await verifyTrail(owner, { origin, keys, keptNote: note });
  const cards = await verifyCards(owner);
  const words = [
    `${trail.size} events, ${trail.findings.length} findings (pinctl audit verify).`,
    `${cards.cards} cards, ${cards.lostCards} known to be lost, ${cards.findings.length} findings (pinctl cards verify).`,
  ];
  const isSound = trail.findings.length + cards.findings.length === 0;
  const found = { words, todo: isSound ? null : 'look at the findings before you let anybody in' };
  tell(4, 'The trail and the cards', found);
  stopAt(found);
}

function tell(step: number, title: string, { words, todo }: Found): void {
  printText([`${step}. ${title}`, ...words.map((word) => `   ${word}`)].join('\n'));
  if (todo !== null) printText(`   To do: ${todo}`);
}

function later(word: string): Found {
  return { words: [word], todo: null };
}

function stopAt({ todo }: Found): void {
  if (todo !== null) throw new Refused(`to do before it goes on: ${todo}`);
}
