import { Command, InvalidArgumentError } from 'commander';
import { reasonOption } from './reason.js';
import { setPolicy, showHistory, showPolicy } from './policy-actions.js';

export function policyCommand(): Command {
  const policy = new Command('policy').description(
    'what protects cards and power: one policy for all services of the database',
  );
  policy
    .command('show')
    .description('the policy that holds')
    .option('--json', 'print JSON')
    .action(showPolicy);
  policy
    .command('history')
    .description('every version: who set it, when, why, and what it changed')
    .option('--json', 'print JSON')
    .action(showHistory);
  policy
    .command('set')
    .description('makes the next version; services take it up within seconds')
    .requiredOption('--reason <text>', '5 to 200 characters, for the audit trail', reasonOption)
    .option('--approvals <count>', 'persons that it takes to unlock and to make power: 1 or 2', wholeNumber)
    .option('--pin-max-tries <count>', 'evaluations between two successes, 1 to 15', wholeNumber)
    .option('--pin-max-failures-without-success <count>', 'failures in a row, 1 to 1,000', wholeNumber)
    .option('--pin-history-length <count>', 'earlier PINs that must not come back, 1 to 24', wholeNumber)
    .option('--pin-set-otp <flag>', 'a first PIN takes a one-time password: true or false', flag)
    .option('--pin-evaluation-window-ms <ms>', 'of one evaluation; taken up by a start', wholeNumber)
    .option(
      '--client-secret-overlap-hours <hours>',
      'for which a replaced secret works, 0 to 720',
      wholeNumber,
    )
    .option('--client-secret-max-age-days <days>', 'of a client secret, 15 to 3,650', wholeNumber)
    .option('--client-secret-refuse-old <flag>', 'true or false', flag)
    .option('--alarm-pause <flag>', 'an alarm pauses the PIN calls of its client: true or false', flag)
    .option(
      '--alarm-floor <count>',
      'wrong PINs in five minutes that are never an alarm, 5 to 1,000,000',
      wholeNumber,
    )
    .option('--weak-pins-file <file>', 'one weak PIN a line; the whole list, taken up by a start')
    .option('--weak-pin-dates <order>', 'days of the year besides: none, day-month, month-day or both')
    .option('--yes', 'do not ask')
    .option('--json', 'print JSON')
    .action(setPolicy);
  return policy;
}

function wholeNumber(text: string): number {
  if (!/^\d{1,9}$/.test(text)) throw new InvalidArgumentError('It must be a whole number.');
  return Number(text);
}

function flag(text: string): boolean {
  if (!['true', 'false'].includes(text)) throw new InvalidArgumentError('It must be true or false.');
  return text === 'true';
}
