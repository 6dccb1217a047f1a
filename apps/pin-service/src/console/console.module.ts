import { readFileSync } from 'node:fs';
import { Global, Module, type DynamicModule, type FactoryProvider } from '@nestjs/common';
import { DataSource } from 'typeorm';
import { SpentProofs } from '../edge/authentication/spent-proofs.js';
import { TokenVerifier } from '../edge/authentication/token-verifier.js';
import type { Settings } from '../config/schema.js';
import { given, provide } from '../provide.js';
import { BackchannelLogoutController } from './backchannel-logout.controller.js';
import { ConsoleFiles, readConsoleFiles } from './console-files.js';
import { ConsolePagesController } from './console-pages.controller.js';
import { ConsoleSessions } from './console-sessions.js';
import { LoginController } from './login.controller.js';
import { ConsoleProvider, type ProviderSettings } from './provider.js';
import { ProviderLogouts } from './provider-logouts.js';
import { SessionRights } from './session-rights.js';
import { SessionRows } from './session-rows.js';
import { SessionsController } from './sessions.controller.js';

/** The console of operators, where CONSOLE_URL is set (docs/console.md). */
@Global()
@Module({})
export class ConsoleModule {
  static with(settings: Settings): DynamicModule {
    const limits = {
      idleSeconds: settings.CONSOLE_IDLE_MINUTES * 60,
      longestSeconds: settings.CONSOLE_SESSION_HOURS * 3_600,
    };
    return {
      module: ConsoleModule,
      controllers: [LoginController, SessionsController, BackchannelLogoutController, ConsolePagesController],
      providers: [
        { provide: ConsoleFiles, useFactory: () => readConsoleFiles() },
        provide(ConsoleProvider, [given(providerSettings(settings))]),
        provide(SessionRows, [DataSource, given(limits)]),
        provide(SessionRights, [DataSource, SessionRows, ConsoleProvider, TokenVerifier]),
        providerLogouts(settings),
        provide(ConsoleSessions, [
          DataSource,
          SessionRows,
          SessionRights,
          ConsoleProvider,
          TokenVerifier,
          given(settings.CONSOLE_FRESH_LOGIN_SECONDS),
        ]),
      ],
      exports: [ConsoleSessions],
    };
  }
}

function providerLogouts({ OIDC_ISSUER = '', CONSOLE_OIDC_CLIENT_ID = '' }: Settings): FactoryProvider {
  const parts = [DataSource, SessionRows, SpentProofs, TokenVerifier] as const;
  return provide(ProviderLogouts, parts, (dataSource, rows, spent, tokens) => {
    return new ProviderLogouts(
      dataSource,
      rows,
      spent,
      tokens.issuerNamed(OIDC_ISSUER),
      CONSOLE_OIDC_CLIENT_ID,
    );
  });
}

function providerSettings(settings: Settings): ProviderSettings {
  const { CONSOLE_OIDC_CA_FILE: ca, CONSOLE_OIDC_CLIENT_SECRET: clientSecret } = settings;
  if (clientSecret === undefined) throw new Error('the settings were not checked');
  return {
    issuer: settings.OIDC_ISSUER ?? '',
    clientId: settings.CONSOLE_OIDC_CLIENT_ID ?? '',
    clientSecret,
    ca: ca === undefined ? undefined : readFileSync(ca, 'utf8'),
    scope: settings.CONSOLE_OIDC_SCOPES,
    resource: settings.CONSOLE_OIDC_RESOURCE,
    freshAcr: settings.CONSOLE_FRESH_LOGIN_ACR,
    redirectUri: `${settings.CONSOLE_URL ?? ''}/console/callback`,
    signedOutUri: `${settings.CONSOLE_URL ?? ''}/console/signed-out`,
  };
}
