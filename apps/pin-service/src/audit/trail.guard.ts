import { Injectable, type CanActivate } from '@nestjs/common';
import { KeepCheckpoints } from '#libs/audit';
import { PinwardError } from '#libs/errors';

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
