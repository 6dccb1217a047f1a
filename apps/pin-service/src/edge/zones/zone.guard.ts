import { Injectable, type CanActivate, type ExecutionContext } from '@nestjs/common';
import { Reflector } from '@nestjs/core';
import type { FastifyRequest } from 'fastify';
import { PinwardError } from '#libs/errors';
import { zonesOf } from './request-zones.js';
import { ZONE, type ZoneName } from './zone.js';

/** The first guard: on a listener of another zone a route is a path that does not exist. */
@Injectable()
export class ZoneGuard implements CanActivate {
  constructor(private readonly reflector: Reflector) {}

  canActivate(execution: ExecutionContext): boolean {
    const targets = [execution.getHandler(), execution.getClass()];
    const zones = this.reflector.getAllAndOverride<readonly ZoneName[] | undefined>(ZONE, targets) ?? [];
    const reached = zonesOf(execution.switchToHttp().getRequest<FastifyRequest>().raw);
    if (!zones.some((zone) => reached.includes(zone))) throw new PinwardError('ROUTE_NOT_FOUND');
    return true;
  }
}
