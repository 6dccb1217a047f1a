import { Module, type DynamicModule } from '@nestjs/common';
import { PinHsm } from '#libs/hsm';
import type { Settings } from '../config/schema.js';
import { given, provide } from '../provide.js';
import { IssueToken } from './issue-token.js';
import { JwksController } from './jwks.controller.js';
import { TokenEndpoint } from './token-endpoint.js';
import { TokensController } from './tokens.controller.js';

/** The built-in issuer; absent where an OpenID provider takes its place. */
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
      controllers: [TokensController, JwksController],
      providers: [provide(IssueToken, [PinHsm, given(policy)]), TokenEndpoint],
    };
  }
}
