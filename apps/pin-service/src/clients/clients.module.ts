import { Global, Module, type DynamicModule } from '@nestjs/common';
import { DataSource } from 'typeorm';
import { PublicAddresses } from '#libs/outbound-https';
import {
  ClientChanges,
  ClientDemands,
  ClientKeyRegistry,
  ClientRegistry,
  PersonRegistry,
} from '#libs/api-clients';
import { hasProductionRules } from '../config/environments.js';
import type { Settings } from '../config/schema.js';
import type { PolicyInForce } from '../policy/policy-in-force.js';
import { given, provide } from '../provide.js';
import { clientKeysPorts } from '../config/defaults.js';

/** The registry of API clients, which knows no Nest. */
@Global()
@Module({})
export class ClientsModule {
  static with(settings: Settings, inForce: PolicyInForce): DynamicModule {
    const policy = inForce.clientPolicy({
      allowAnyAddress: !hasProductionRules(settings),
      requestsPerMinute: settings.RATE_LIMIT_CLIENT_PER_MINUTE,
    });
    return {
      module: ClientsModule,
      providers: [
        provide(ClientRegistry, [DataSource, given(policy)]),
        provide(ClientKeyRegistry, [DataSource, given(policy), given(urlFault(settings))]),
        provide(ClientChanges, [DataSource, given(policy)]),
        provide(ClientDemands, [DataSource]),
        provide(PersonRegistry, [DataSource]),
      ],
      exports: [ClientRegistry, ClientKeyRegistry, ClientChanges, ClientDemands, PersonRegistry],
    };
  }
}

/** What the service asks of a URL of keys, besides its form; a name is judged when it is called. */
function urlFault(settings: Settings): (text: string) => string | null {
  const addresses = new PublicAddresses(settings.CLIENT_KEYS_ALLOWED_RANGES);
  const ports = clientKeysPorts(settings);
  return (text) => {
    const { hostname, port } = new URL(text);
    if (!addresses.allowsHost(hostname)) return 'must not name a private or reserved address';
    const isAllowed = ports === null || ports.includes(port === '' ? 443 : Number(port));
    return isAllowed ? null : `must have port ${ports.join(' or ')}`;
  };
}
