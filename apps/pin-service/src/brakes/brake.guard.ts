import { Injectable, type CanActivate, type ExecutionContext } from '@nestjs/common';
import { Reflector } from '@nestjs/core';
import type { FastifyRequest } from 'fastify';
import { DataSource } from 'typeorm';
import { isUuid, outsideTransaction } from '#libs/database';
import { brakeError, findBrake, type StoppableOperation } from '#libs/requests';
import { KeepCheckpoints } from '#libs/audit';
import { PinwardError } from '#libs/errors';
import '../edge/requests/fastify-request.js';
import { STOPPABLE } from '../edge/routes/declarations.js';

/**
 * Asks the database at each call, so that a brake works on every replica at once, and before the HSM has work. The look
 * in the transaction of the effect decides.
 */
@Injectable()
export class BrakeGuard implements CanActivate {
  constructor(
    private readonly reflector: Reflector,
    private readonly dataSource: DataSource,
  ) {}

  async canActivate(execution: ExecutionContext): Promise<boolean> {
    const { caller, params } = execution.switchToHttp().getRequest<FastifyRequest>();
    // An open route knows no caller yet; if it takes a secret, the brakes are checked with that.
    if (caller === undefined) return true;
    const operation =
      this.reflector.get<StoppableOperation | undefined>(STOPPABLE, execution.getHandler()) ?? null;
    // Its only effect begins with the spend, which looks itself, so the most frequent route has no further cost.
    if (operation === 'pin.validate') return true;
    const { tenantId, clientId } = caller;
    const kind = await outsideTransaction(() =>
      findBrake(this.dataSource.manager, { tenantId, clientId, operation, cardId: cardIdIn(params) }),
    );
    if (kind !== null) throw brakeError(kind);
    return true;
  }
}

function cardIdIn(params: unknown): string | null {
  if (typeof params !== 'object' || params === null || !('cardId' in params)) return null;
  // The route itself refuses a text that is no card id; the database accepts no NUL.
  return typeof params.cardId === 'string' && isUuid(params.cardId.toLowerCase())
    ? params.cardId.toLowerCase()
    : null;
}

/** For operations that depend on counted tries: a database restored from an older backup has lost some. */
@Injectable()
export class TrailGuard implements CanActivate {
  constructor(private readonly checkpoints: KeepCheckpoints) {}

  canActivate(): boolean {
    if (this.checkpoints.trouble !== null)
      throw new PinwardError('OPERATIONS_SUSPENDED', {}, { retryAfterSeconds: 60 });
    return true;
  }
}
