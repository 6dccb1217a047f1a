import { Controller, Get, Header } from '@nestjs/common';
import { PinHsm } from '#libs/hsm';
import { RequireScope } from '../edge/authentication/scopes.js';
import { Zone } from '../edge/zones/zone.js';

/** The keys that PINs are encrypted with, as JWKs (RFC 7517). */
@Zone('card-apps')
@Controller('v1/pin-keys')
export class PinKeysController {
  constructor(private readonly hsm: PinHsm) {}

  @Get()
  @RequireScope('pin:set', 'pin:validate', 'pin:change', 'pin:reset')
  @Header('Cache-Control', 'max-age=300')
  list() {
    const keys = this.hsm.transportKeys().map(({ kid, alg, n, e, current, expiresAt }) => {
      return { kty: 'RSA', kid, alg, use: 'enc', n, e, current, expiresAt: expiresAt?.toISOString() ?? null };
    });
    return { keys };
  }
}
