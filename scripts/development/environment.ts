import { LOOPBACK } from '../network/loopback.js';
import { givenSecret, type Secret } from './secrets.js';
import { portOf } from './service-port.js';

/** Rights that the service must not have, and values that it gets in another form. */
const NOT_FOR_THE_SERVICE = ['MIGRATION_DATABASE_URL', 'PKCS11_SO_PIN', 'PKCS11_TOKEN_PIN', 'DATABASE_URL'];

/** The environment's settings of the development service; npm start -- --help explains them. */
export interface DevelopmentEnvironment {
  readonly host: string;
  readonly port: number;
  readonly databaseUrl: string | undefined;
  readonly ownerUrl: string | undefined;
  readonly module: string | undefined;
  readonly tokenLabel: string | undefined;
  readonly tokenPin: Secret | undefined;
  readonly officerPin: Secret | undefined;
  readonly softHsmConfiguration: string | undefined;
  /** All of it except the rights that the service does not need. */
  readonly forService: NodeJS.ProcessEnv;
}

export function readEnvironment(env: NodeJS.ProcessEnv = process.env): DevelopmentEnvironment {
  const forService = { ...env };
  for (const name of NOT_FOR_THE_SERVICE) {
    delete forService[name];
    delete forService[`${name}_FILE`];
  }
  return {
    host: env['HOST'] ?? LOOPBACK,
    port: portOf(env['PORT']),
    databaseUrl: givenSecret('DATABASE_URL', env)?.value,
    ownerUrl: givenSecret('MIGRATION_DATABASE_URL', env)?.value,
    module: env['PKCS11_MODULE'],
    tokenLabel: env['PKCS11_TOKEN_LABEL'] || undefined,
    tokenPin: givenSecret('PKCS11_TOKEN_PIN', env),
    officerPin: givenSecret('PKCS11_SO_PIN', env),
    softHsmConfiguration: env['SOFTHSM2_CONF'],
    forService,
  };
}
