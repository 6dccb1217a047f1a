import { Controller, Get, Header } from '@nestjs/common';
import { RequireScope } from '../edge/authentication/scopes.js';
import { Zone } from '../edge/zones/zone.js';
import { SignedPinKeys } from './signed-pin-keys.js';

/** The keys that PINs are encrypted with, as JWKs (RFC 7517), and the same as the HSM signed them. */
@Zone('card-apps')
@Controller('v1/pin-keys')
export class PinKeysController {
  constructor(private readonly keys: SignedPinKeys) {}

  @Get()
  @RequireScope('pin:set', 'pin:validate', 'pin:change', 'pin:reset')
  @Header('Cache-Control', 'max-age=300')
  async list() {
    return await this.keys.current();
  }
}
