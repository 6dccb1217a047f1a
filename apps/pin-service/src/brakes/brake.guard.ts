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
 * Asks the database at each call, so that a brake works on every replica at once, and before anything is asked of the
 * HSM. What counts is the look of the transaction that has the effect.
 */
@Injectable()
export class BrakeGuard implements CanActivate {
  constructor(
    private readonly reflector: Reflector,
    private readonly dataSource: DataSource,
  ) {}

  async canActivate(execution: ExecutionContext): Promise<boolean> {
    const { caller, params } = execution.switchToHttp().getRequest<FastifyRequest>();
    // An open route knows no caller; who shows a secret there is looked at with it.
    if (caller === undefined) return true;
    const operation =
      this.reflector.get<StoppableOperation | undefined>(STOPPABLE, execution.getHandler()) ?? null;
    // Its only effect begins with the spend, which looks itself: the one route that is called all the time pays nothing.
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
  // What is no card's id is refused by the route itself; the database takes no NUL.
  return typeof params.cardId === 'string' && isUuid(params.cardId.toLowerCase())
    ? params.cardId.toLowerCase()
    : null;
}

/** For whatever depends on tries that were counted: a database restored from an older backup has forgotten some. */
@Injectable()
export class TrailGuard implements CanActivate {
  constructor(private readonly checkpoints: KeepCheckpoints) {}

  canActivate(): boolean {
    if (this.checkpoints.trouble !== null)
      throw new PinwardError('OPERATIONS_SUSPENDED', {}, { retryAfterSeconds: 60 });
    return true;
  }
}
