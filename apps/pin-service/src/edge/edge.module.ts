import { Global, Module, type DynamicModule, type FactoryProvider } from '@nestjs/common';
import { APP_GUARD, DiscoveryModule } from '@nestjs/core';
import { DataSource } from 'typeorm';
import { ClientRegistry, TenantRegistry } from '#libs/api-clients';
import { PinHsm } from '#libs/hsm';
import { BrakeGuard } from '../brakes/brake.guard.js';
import type { Settings } from '../config/schema.js';
import { given, provide } from '../provide.js';
import { RequestContexts } from './requests/handlers.js';
import { AccessTokenGuard, AddressGuard, ClientAddresses } from './authentication/access-token.guard.js';
import { ClientAuthentication } from './authentication/client-authentication.js';
import { builtInIssuer } from './authentication/built-in-issuer.js';
import { openIdProvider } from './authentication/openid-provider.js';
import { TokenVerifier } from './authentication/token-verifier.js';
import { RateLimitGuard } from './rate-limits/rate-limit.guard.js';
import { RateLimitsModule } from './rate-limits/rate-limits.module.js';
import { RequestFingerprints } from './requests/request-fingerprints.js';

/** What every request passes, in the order of refusals that docs/http-api.md gives. */
@Global()
@Module({})
export class EdgeModule {
  static with(settings: Settings): DynamicModule {
    return {
      module: EdgeModule,
      imports: [DiscoveryModule, RateLimitsModule.with(settings)],
      providers: [
        tokenVerifier(settings),
        provide(ClientAddresses, [given(settings.PINWARD_ENV !== 'production')]),
        { provide: APP_GUARD, useClass: AccessTokenGuard },
        { provide: APP_GUARD, useClass: AddressGuard },
        { provide: APP_GUARD, useClass: RateLimitGuard },
        { provide: APP_GUARD, useClass: BrakeGuard },
        ClientAuthentication,
        RequestContexts,
        RequestFingerprints,
      ],
      exports: [
        ClientAddresses,
        ClientAuthentication,
        RequestContexts,
        RequestFingerprints,
        RateLimitsModule,
      ],
    };
  }
}

function tokenVerifier(settings: Settings): FactoryProvider {
  return provide(TokenVerifier, [PinHsm, ClientRegistry, DataSource], async (hsm, clients, dataSource) => {
    const issuers = [
      ...(settings.TOKEN_BUILT_IN_ISSUER ? [builtInIssuer(settings, hsm, clients)] : []),
      ...(settings.OIDC_ISSUER === undefined
        ? []
        : [await openIdProvider(settings, clients, new TenantRegistry(dataSource))]),
    ];
    return new TokenVerifier(issuers, { cacheSeconds: settings.TOKEN_CACHE_SECONDS });
  });
}
