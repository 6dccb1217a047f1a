import { Command, InvalidArgumentError } from 'commander';
import { verifyTrailCommand } from './audit-verify.js';
import { expireAudit, exportAudit, reconcileAudit } from './audit-actions.js';

export function auditCommand(): Command {
  const audit = new Command('audit').description('the audit trail: verify, export, expire, reconcile');
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
  audit
    .command('reconcile')
    .description(
      "after the restore of an older backup, as the schema's owner: counts tries as the higher of both",
    )
    .option('--export <file>', 'an export that holds the lost events')
    .option('--events-lost', 'they are lost for good: locks every card that has a PIN')
    .option('--checkpoint <file>', 'the kept checkpoint; AUDIT_CHECKPOINT_FILE otherwise')
    .option('--yes', 'do not ask')
    .option('--json', 'print JSON')
    .action(reconcileAudit);
  return audit;
}

function wholeNumber(text: string): number {
  if (!/^\d{1,15}$/.test(text)) throw new InvalidArgumentError('It must be a whole number.');
  return Number(text);
}
