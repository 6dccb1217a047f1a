import { Module, type DynamicModule } from '@nestjs/common';
import { PinHsm } from '#libs/hsm';
import type { Settings } from '../config/schema.js';
import { given, provide } from '../provide.js';
import { IssueToken } from './issue-token.js';
import { JwksController } from './jwks.controller.js';
import { MetadataController, PublicSettings } from './metadata.controller.js';
import { TokenEndpoint } from './token-endpoint.js';
import { TokensController } from './tokens.controller.js';

/** The built-in issuer; absent if an OpenID provider takes its place. */
@Module({})
export class TokensModule {
  static with(settings: Settings): DynamicModule {
    if (!settings.TOKEN_BUILT_IN_ISSUER) return { module: TokensModule };
    const policy = {
      issuer: settings.TOKEN_ISSUER,
      audience: settings.TOKEN_AUDIENCE,
      lifetimeSeconds: settings.TOKEN_LIFETIME_SECONDS,
    };
    return {
      module: TokensModule,
      controllers: [TokensController, JwksController, MetadataController],
      providers: [
        provide(IssueToken, [PinHsm, given(policy)]),
        TokenEndpoint,
        { provide: PublicSettings, useValue: publicSettings(settings) },
      ],
    };
  }
}

function publicSettings({ TOKEN_ISSUER, PUBLIC_URLS, TLS_CLIENT_CA_FILE }: Settings): PublicSettings {
  return { issuer: TOKEN_ISSUER, publicUrls: PUBLIC_URLS, mutualTls: TLS_CLIENT_CA_FILE !== undefined };
}
