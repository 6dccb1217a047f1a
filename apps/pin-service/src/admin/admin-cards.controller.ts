import { Body, Controller, Get, HttpCode, HttpStatus, Post, Query, UseInterceptors } from '@nestjs/common';
import { DataSource } from 'typeorm';
import { CardStore, findPendingUnlock, knownCard, RequestUnlock, UnlockPin } from '#libs/pin';
import { Caller, CardId, Context, type MakeContext, AnsweredInterceptor } from '../edge/requests/handlers.js';
import {
  listCardsSchema,
  unlocking,
  unlockSchema,
  type ListCardsQuery,
  type UnlockBody,
} from '../cards/card-schemas.js';
import { operatorCardAnswer, operatorCardsAnswer, operatorCardView } from '../cards/card-view.js';
import { PinOutcomesInterceptor } from '../metrics/metrics.js';
import { Powers } from '../powers/powers.js';
import { approvalRequested } from './approval-view.js';
import { pinActive } from '../pins/pin-schemas.js';
import { FreshLogin, Operation, Stoppable, RequireScope, Zone } from '../edge/routes/declarations.js';

@Zone('operators')
@Controller('v1/admin/cards')
export class AdminCardsController {
  constructor(
    private readonly powers: Powers,
    private readonly unlockPin: UnlockPin,
    private readonly requestUnlock: RequestUnlock,
    private readonly cards: CardStore,
    private readonly dataSource: DataSource,
  ) {}

  @Operation('List cards', { 200: operatorCardsAnswer })
  @Get()
  @RequireScope('ops:read')
  async list(@Caller() { tenantId }: Caller, @Query({ schema: listCardsSchema }) query: ListCardsQuery) {
    const { items, nextCursor } = await this.cards.findCards(tenantId, query);
    return { items: items.map((card) => operatorCardView(card)), nextCursor };
  }

  @Operation('Read a card', { 200: operatorCardAnswer })
  @Get(':cardId')
  @RequireScope('ops:read')
  async read(@Caller() { tenantId }: Caller, @CardId() cardId: string) {
    const card = knownCard(await this.cards.findCard(tenantId, cardId));
    return operatorCardView(card, await findPendingUnlock(this.dataSource, tenantId, cardId));
  }

  @Operation('Unlock a card', { 200: pinActive, 202: approvalRequested }, unlocking)
  @Post(':cardId/unlock')
  @FreshLogin()
  @HttpCode(HttpStatus.OK)
  @RequireScope('ops:unlock')
  @Stoppable('pin.unlock')
  @UseInterceptors(AnsweredInterceptor, PinOutcomesInterceptor)
  async unlock(
    @Context() context: MakeContext,
    @CardId() cardId: string,
    @Body({ schema: unlockSchema }) { reason }: UnlockBody,
  ) {
    const asked = { context: await context(), cardId, reason };
    return await this.powers.either(
      () => this.unlockPin.execute(asked),
      () => this.requestUnlock.execute(asked),
    );
  }
}
