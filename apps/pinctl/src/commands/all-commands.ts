import type { Command } from 'commander';
import { auditCommand } from './audit.js';
import { brakesCommand } from './brakes.js';
import { cardsCommand } from './cards.js';
import { cbomCommand } from './cbom.js';
import { clientsCommand } from './clients.js';
import { completionCommand } from './completion.js';
import { databaseCommand } from './db.js';
import { hsmCommand } from './hsm.js';
import { alarmsCommand } from './alarms.js';
import { incidentsCommand } from './incidents.js';
import { keysCommand } from './keys.js';
import { personsCommand } from './persons.js';
import { policyCommand } from './policy.js';
import { restoreCommand } from './restore.js';
import { statusCommand } from './status.js';
import { tenantsCommand } from './tenants.js';

export function allCommands(): Command[] {
  return [
    statusCommand(),
    hsmCommand(),
    keysCommand(),
    cardsCommand(),
    incidentsCommand(),
    alarmsCommand(),
    cbomCommand(),
    clientsCommand(),
    personsCommand(),
    tenantsCommand(),
    auditCommand(),
    restoreCommand(),
    policyCommand(),
    brakesCommand(),
    databaseCommand(),
    completionCommand(),
  ];
}
