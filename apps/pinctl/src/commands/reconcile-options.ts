import type { Command } from 'commander';

/** Where the lost events come from, and what verifies them: the same for every command that puts them back. */
export function reconcileOptions(command: Command): Command {
  return command
    .option('--export <file>', 'an export that holds the lost events')
    .option('--stream <files...>', 'what a receiver of the stream has, oldest file first')
    .option(
      '--events-lost',
      'they are lost for good: locks every card that has a PIN, ends all secrets, pauses all endpoints',
    )
    .option(
      '--powers-stand',
      'with --events-lost: no client was revoked, no secret replaced, no endpoint deleted since',
    )
    .option('--checkpoint <file>', 'the kept checkpoint; AUDIT_CHECKPOINT_FILE otherwise')
    .option('--keys <file>', 'verifier keys, one a line; <checkpoint>.keys otherwise');
}
