import { Injectable, Optional } from '@nestjs/common';
import type { FastifyRequest } from 'fastify';
import { DataSource } from 'typeorm';
import type { Scope } from '#libs/api-clients';
import { outsideTransaction } from '#libs/database';
import { findBrake } from '#libs/requests';
import { ConsoleSessions } from '../../console/console-sessions.js';
import { authorizationOf } from './access-token.guard.js';
import type { Caller } from './caller.js';
import { TokenVerifier } from './token-verifier.js';

/** Asked anew while an answer goes on: whether its caller still has the right to it. */
export type StillAllowed = () => Promise<boolean>;

/** Rights of callers whose answers take long. */
@Injectable()
export class LastingRights {
  constructor(
    private readonly tokens: TokenVerifier,
    private readonly dataSource: DataSource,
    /** Absent where there is no console. */
    @Optional() private readonly sessions?: ConsoleSessions,
  ) {}

  /**
   * For a session: while it lasts. For a token: while its client is let in; that its own time runs out ends no answer
   * that it has begun.
   */
  async of(request: FastifyRequest, scope: Scope): Promise<StillAllowed> {
    const now = await this.callerNow(request);
    return async () => {
      const caller = await now();
      return caller !== null && caller.scopes.has(scope) && !(await this.isSuspended(caller));
    };
  }

  private async isSuspended({ tenantId, clientId }: Caller): Promise<boolean> {
    const asked = { tenantId, clientId, operation: null, cardId: null };
    return (await outsideTransaction(() => findBrake(this.dataSource.manager, asked))) !== null;
  }

  private async callerNow(request: FastifyRequest): Promise<() => Promise<Caller | null>> {
    const { session } = request;
    if (session !== undefined) return async () => (await this.sessions?.agreed(session)) ?? null;
    const read = await this.tokens.read(authorizationOf(request).token);
    return async () => await this.tokens.agreed(read);
  }
}
