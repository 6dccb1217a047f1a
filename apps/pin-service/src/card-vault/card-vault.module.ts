import { Module, type DynamicModule } from '@nestjs/common';
import { DataSource } from 'typeorm';
import { CardVault, RevealCard } from '#libs/card-vault';
import { PinHsm } from '#libs/hsm';
import { CheckOtp } from '#libs/otp';
import { provide } from '../provide.js';
import { RevealController } from './reveal.controller.js';

/** Card data: sealed when a card is registered, revealed over REST. */
@Module({})
export class CardVaultModule {
  /** @param otp the module that provides CheckOtp */
  static with(otp: DynamicModule): DynamicModule {
    return {
      module: CardVaultModule,
      imports: [otp],
      controllers: [RevealController],
      providers: [
        provide(CardVault, [PinHsm, DataSource]),
        provide(RevealCard, [CardVault, CheckOtp, DataSource]),
      ],
      exports: [CardVault],
    };
  }
}
