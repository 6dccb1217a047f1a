import { readFileSync } from 'node:fs';
import { Global, Module, type DynamicModule, type FactoryProvider } from '@nestjs/common';
import { APP_GUARD, DiscoveryModule } from '@nestjs/core';
import { DataSource } from 'typeorm';
import { ClientDemands, ClientKeyRegistry, ClientRegistry, TenantRegistry } from '#libs/api-clients';
import { PinHsm } from '#libs/hsm';
import { PublicAddresses } from '#libs/outbound-https';
import { BrakeGuard } from '../brakes/brake.guard.js';
import { hasProductionRules } from '../config/environments.js';
import type { Settings } from '../config/schema.js';
import { given, provide } from '../provide.js';
import { RequestContexts } from './requests/handlers.js';
import {
  AccessTokenGuard,
  AddressGuard,
  ClientAddresses,
  ProofGuard,
} from './authentication/access-token.guard.js';
import { AgreementKeeper } from './authentication/agreement-keeper.js';
import { ClientAssertions } from './authentication/client-assertions.js';
import { ClientKeySets, type KeySetSource } from './authentication/client-key-sets.js';
import { ClientAuthentication } from './authentication/client-authentication.js';
import { builtInIssuer } from './authentication/built-in-issuer.js';
import { DpopNonces } from './authentication/dpop-nonces.js';
import { DpopProofs } from './authentication/dpop-proofs.js';
import { LastingRights } from './authentication/lasting-rights.js';
import { openIdProvider } from './authentication/openid-provider.js';
import { SpentProofs } from './authentication/spent-proofs.js';
import { TokenVerifier } from './authentication/token-verifier.js';
import { ProblemPagesController } from './problems/problem-pages.controller.js';
import { RateLimitGuard } from './rate-limits/rate-limit.guard.js';
import { RateLimitsModule } from './rate-limits/rate-limits.module.js';
import { RequestFingerprints } from './requests/request-fingerprints.js';

/** A client publishes its keys; a request waits for them at most so long. */
const KEYS_WITHIN_MS = 5_000;

/** The steps of every request, in the order of refusals in docs/http-api.md. */
@Global()
@Module({})
export class EdgeModule {
  static with(settings: Settings): DynamicModule {
    return {
      module: EdgeModule,
      imports: [DiscoveryModule, RateLimitsModule.with(settings)],
      controllers: [ProblemPagesController],
      providers: [
        tokenVerifier(settings),
        provide(ClientAddresses, [given(!hasProductionRules(settings))]),
        { provide: APP_GUARD, useClass: AccessTokenGuard },
        { provide: APP_GUARD, useClass: AddressGuard },
        { provide: APP_GUARD, useClass: RateLimitGuard },
        { provide: APP_GUARD, useClass: ProofGuard },
        { provide: APP_GUARD, useClass: BrakeGuard },
        AgreementKeeper,
        SpentProofs,
        provide(DpopNonces, [PinHsm]),
        provide(DpopProofs, [DpopNonces, SpentProofs, given(settings.PUBLIC_URLS)]),
        provide(ClientKeySets, [given(keySetSource(settings))]),
        provide(ClientAssertions, [
          ClientKeyRegistry,
          ClientKeySets,
          SpentProofs,
          given(settings.TOKEN_ISSUER),
        ]),
        ClientAuthentication,
        LastingRights,
        RequestContexts,
        RequestFingerprints,
      ],
      exports: [
        AgreementKeeper,
        ClientAddresses,
        ClientAuthentication,
        DpopProofs,
        LastingRights,
        RequestContexts,
        RequestFingerprints,
        RateLimitsModule,
        SpentProofs,
        TokenVerifier,
      ],
    };
  }
}

function tokenVerifier(settings: Settings): FactoryProvider {
  const parts = [PinHsm, ClientRegistry, ClientDemands, DataSource] as const;
  return provide(TokenVerifier, parts, async (hsm, clients, demands, dataSource) => {
    const issuers = [
      ...(settings.TOKEN_BUILT_IN_ISSUER ? [builtInIssuer(settings, hsm, clients)] : []),
      ...(settings.OIDC_ISSUER === undefined
        ? []
        : [await openIdProvider(settings, clients, new TenantRegistry(dataSource))]),
    ];
    const demandsBinding = async (tenantId: string) => (await demands.inForce(tenantId)).senderConstrained;
    return new TokenVerifier(issuers, { cacheSeconds: settings.TOKEN_CACHE_SECONDS, demandsBinding });
  });
}

function keySetSource({ CLIENT_KEYS_ALLOWED_RANGES, CLIENT_KEYS_CA_FILE: ca }: Settings): KeySetSource {
  return {
    addresses: new PublicAddresses(CLIENT_KEYS_ALLOWED_RANGES),
    timeoutMs: KEYS_WITHIN_MS,
    ca: ca === undefined ? undefined : readFileSync(ca, 'utf8'),
  };
}
