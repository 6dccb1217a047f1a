import { join } from 'node:path';
import { expect } from 'vitest';
import { pinctlProcess, type Outcome } from '../pinctl/pinctl-process.js';
import type { ServiceKit } from './service-kit.js';

let records = 0;

/** The command as a person types it, on the kit's token and database, with all secrets. It has to succeed. */
export async function runOn({ token, database }: ServiceKit, command: string): Promise<Outcome> {
  const [program, group = '', name = '', ...rest] = command.split(' ');
  expect(program).toBe('pinctl');
  const isCeremony = ['rotate', 'retire'].includes(name);
  const record = ['--yes', '--record', join(token.directory, `record-${(records += 1)}`)];
  const outcome = await pinctlProcess([group, name, ...rest, ...(isCeremony ? record : [])], {
    ...(token.environment as Record<string, string>),
    PINWARD_ENV: 'test',
    PKCS11_MODULE: token.module,
    PKCS11_TOKEN_LABEL: token.tokenLabel,
    PKCS11_TOKEN_PIN: token.tokenPin.reveal(),
    PKCS11_SO_PIN: token.officerPin,
    DATABASE_URL: database.serviceUrl,
    MIGRATION_DATABASE_URL: database.ownerUrl,
  });
  expect(outcome).toMatchObject({ code: 0 });
  return outcome;
}
