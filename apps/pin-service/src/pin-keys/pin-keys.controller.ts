import { Controller, Get, Header } from '@nestjs/common';
import { SignedPinKeys } from './signed-pin-keys.js';
import { z } from 'zod';
import { rsaPublicKey, time } from '../edge/requests/schema-parts.js';
import { Operation, RequireScope, Zone } from '../edge/routes/declarations.js';

const pinKeysAnswer = z.object({
  signed: z.string().describe('Compact JWS over the same keys, by the manifest key that apps pin'),
  keys: z.array(
    z.object({
      ...rsaPublicKey,
      alg: z.enum(['RSA-OAEP', 'RSA-OAEP-256']),
      use: z.literal('enc'),
      current: z.boolean(),
      expiresAt: time.nullable(),
    }),
  ),
});

/** The keys that PINs are encrypted with, as JWKs (RFC 7517), and the same as the HSM signed them. */
@Zone('card-apps')
@Controller('v1/pin-keys')
export class PinKeysController {
  constructor(private readonly keys: SignedPinKeys) {}

  @Operation('Keys to encrypt PINs with', { 200: pinKeysAnswer })
  @Get()
  @RequireScope('pin:set', 'pin:validate', 'pin:change', 'pin:reset')
  @Header('Cache-Control', 'max-age=300')
  async list() {
    return await this.keys.current();
  }
}
