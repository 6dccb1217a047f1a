import { Injectable } from '@nestjs/common';
import type { FastifyRequest } from 'fastify';
import type { DataSource } from 'typeorm';
import { inTransaction } from '#libs/database';
import { appendAudit } from '#libs/requests';
import type { SpentProofs } from '../edge/authentication/spent-proofs.js';
import type { TrustedIssuer } from '../edge/authentication/trusted-issuer.js';
import { LogoutTokenRefused, readLogoutToken, type LogoutToken } from './logout-token.js';
import { lineOfEnd } from './session-ends.js';
import type { SessionRows } from './session-rows.js';

/** Sessions that end with one statement. */
const AT_ONCE = 100;

/** Ends sessions whose login the provider has ended (OpenID Connect Back-Channel Logout 1.0). */
@Injectable()
export class ProviderLogouts {
  constructor(
    private readonly dataSource: DataSource,
    private readonly rows: SessionRows,
    private readonly spent: SpentProofs,
    private readonly provider: TrustedIssuer,
    private readonly clientId: string,
  ) {}

  /**
   * @throws LogoutTokenRefused: nothing has ended; PinwardError ISSUER_UNAVAILABLE, DATABASE_UNAVAILABLE: the provider may
   * send the same token again
   */
  async end(request: FastifyRequest, token: string): Promise<void> {
    const logout = await readLogoutToken(token, this.provider, this.clientId);
    const isNew = await inTransaction(this.dataSource, async (manager) => {
      // In the same transaction: a token whose sessions could not be ended was not shown.
      if (!(await this.spent.spendIn(manager, proofOf(logout)))) return false;
      for (let ended = AT_ONCE; ended === AT_ONCE;) {
        const rows = await this.rows.endOfProvider(manager, logout, AT_ONCE);
        await appendAudit(
          manager,
          rows.map((row) => lineOfEnd(request, row, 'provider')),
        );
        ended = rows.length;
      }
      return true;
    });
    if (!isNew) throw new LogoutTokenRefused('shown before');
  }
}

/** It is of no tenant: the provider's. */
function proofOf({ issuer, jti, secondsLeft }: LogoutToken) {
  return { tenantId: '', kind: 'logout', signer: issuer, jti, secondsLeft } as const;
}
