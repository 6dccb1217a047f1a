import { Command, InvalidArgumentError } from 'commander';
import { verifyTrailCommand } from './audit-verify.js';
import { adoptAudit } from './audit-adopt.js';
import { reasonOption } from './reason.js';
import { expireAudit, exportAudit } from './audit-actions.js';
import { reconcileAudit } from './audit-reconcile.js';
import { reconcileOptions } from './reconcile-options.js';

export function auditCommand(): Command {
  const audit = new Command('audit').description('the audit trail: verify, export, expire, reconcile, adopt');
  audit
    .command('verify')
    .description('recomputes the whole trail and compares it with the checkpoint kept outside the database')
    .option('--checkpoint <file>', 'the kept checkpoint; AUDIT_CHECKPOINT_FILE otherwise')
    .option('--keys <file>', 'verifier keys, one a line; <checkpoint>.keys otherwise')
    .option('--no-hsm', 'do not ask the HSM whether verdicts are those of its host')
    .option('--json', 'print JSON')
    .action(verifyTrailCommand);
  audit
    .command('export')
    .description('prints sealed events as JSON lines: {"leaf":N,"event":{…}}')
    .option('--from <leaf>', 'the first leaf; one more than the last you have', wholeNumber, 0)
    .action(exportAudit);
  audit
    .command('expire <month>')
    .description("drops one month (YYYY-MM) older than a year, as the schema's owner; proofs stay valid")
    .option('--yes', 'do not ask')
    .option('--json', 'print JSON')
    .action(expireAudit);
  reconcileOptions(audit.command('reconcile'))
    .description(
      "after the restore of an older backup, as the schema's owner: counts tries as the higher of both",
    )
    .option('--yes', 'do not ask')
    .option('--json', 'print JSON')
    .action(reconcileAudit);
  audit
    .command('adopt')
    .description(
      "where the kept checkpoint alone was lost, as the schema's owner: says that nothing was restored",
    )
    .requiredOption('--reason <text>', '5 to 200 characters, for the audit trail', reasonOption)
    .option('--checkpoint <file>', 'where it is to be kept; AUDIT_CHECKPOINT_FILE otherwise')
    .option('--keys <file>', 'verifier keys, one a line; <checkpoint>.keys or the HSM otherwise')
    .option('--yes', 'do not ask')
    .option('--json', 'print JSON')
    .action(adoptAudit);
  return audit;
}

function wholeNumber(text: string): number {
  if (!/^\d{1,15}$/.test(text)) throw new InvalidArgumentError('It must be a whole number.');
  return Number(text);
}
