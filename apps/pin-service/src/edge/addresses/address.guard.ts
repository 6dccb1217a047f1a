import { Injectable, type CanActivate, type ExecutionContext } from '@nestjs/common';
import type { FastifyRequest } from 'fastify';
import { PinwardError } from '#libs/errors';
import { RefusalLimits } from '../rate-limits/refusal-limits.js';
import { ClientAddresses } from './client-addresses.js';

/** A client calls from the addresses agreed with it. Routes that ask for no token know no client. */
@Injectable()
export class AddressGuard implements CanActivate {
  constructor(
    private readonly addresses: ClientAddresses,
    private readonly refusals: RefusalLimits,
  ) {}

  async canActivate(execution: ExecutionContext): Promise<boolean> {
    const { caller, sourceAddress } = execution.switchToHttp().getRequest<FastifyRequest>();
    if (caller === undefined || this.addresses.allow(caller.allowedAddresses, sourceAddress)) return true;
    throw await this.refusals.countedFor(new PinwardError('ADDRESS_NOT_ALLOWED'), caller);
  }
}
