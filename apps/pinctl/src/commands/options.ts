import { InvalidArgumentError, type Command } from 'commander';
import { HUMAN_TEXT_FAULT, isHumanText } from '#libs/requests';

/** The tenant that every database has from the start. */
export const DEFAULT_TENANT = 'default';

/** For --reason: what the audit trail is told, in words that an auditor sees every character of. @throws InvalidArgumentError */
export function reasonOption(text: string): string {
  if (text.length < 5 || text.length > 200) throw new InvalidArgumentError('It must be 5 to 200 characters.');
  if (!isHumanText(text)) throw new InvalidArgumentError(`It ${HUMAN_TEXT_FAULT}.`);
  return text;
}

/** Where the lost events come from, and what they are judged by: the same for whoever puts them back. */
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
