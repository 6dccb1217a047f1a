import { Module, type DynamicModule } from '@nestjs/common';
import { DataSource } from 'typeorm';
import { CardVault, RevealCard } from '#libs/card-vault';
import { PinHsm } from '#libs/hsm';
import { CheckOtp } from '#libs/otp';
import { RevealController } from './reveal.controller.js';

/** Card data: sealed when a card is registered, revealed over REST. */
@Module({})
export class CardVaultModule {
  /** @param otp what brings CheckOtp */
  static with(otp: DynamicModule): DynamicModule {
    return {
      module: CardVaultModule,
      imports: [otp],
      controllers: [RevealController],
      providers: [
        {
          provide: CardVault,
          inject: [PinHsm, DataSource],
          useFactory: (hsm: PinHsm, dataSource: DataSource) => new CardVault(hsm, dataSource),
        },
        {
          provide: RevealCard,
          inject: [CardVault, CheckOtp, DataSource],
          useFactory: (...parts: ConstructorParameters<typeof RevealCard>) => new RevealCard(...parts),
        },
      ],
      exports: [CardVault],
    };
  }
}
