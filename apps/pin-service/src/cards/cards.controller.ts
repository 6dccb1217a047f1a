import { Body, Controller, Get, HttpCode, HttpStatus, Post, Query, UseInterceptors } from '@nestjs/common';
import { CardStore, CloseCard, knownCard, RegisterCard } from '#libs/pin';
import { registerCardSchema, type RegisterCardBody } from '#libs/sent-json';
import { AnsweredInterceptor, Caller, Context, type MakeContext, CardId } from '../edge/requests/handlers.js';
import { closing, findCardSchema, registering, type FindCardQuery } from './card-schemas.js';
import { cardAnswer, cardView } from './card-view.js';
import { Operation, Stoppable, RequireScope, Zone } from '../edge/routes/declarations.js';

@Zone('card-apps')
@Controller('v1/cards')
export class CardsController {
  constructor(
    private readonly registerCard: RegisterCard,
    private readonly cards: CardStore,
    private readonly closeCard: CloseCard,
  ) {}

  @Operation('Register a card', { 201: cardAnswer, 200: cardAnswer }, registering)
  @Post()
  @RequireScope('cards:write')
  @Stoppable('card.register')
  @UseInterceptors(AnsweredInterceptor)
  async register(
    @Context() context: MakeContext,
    @Body({ schema: registerCardSchema }) card: RegisterCardBody,
  ) {
    return await this.registerCard.execute({ context: await context(), ...card, view: cardView });
  }

  @Operation('Close a card for good', { 200: cardAnswer }, closing)
  @Post(':cardId/close')
  @HttpCode(HttpStatus.OK)
  @RequireScope('cards:write')
  @UseInterceptors(AnsweredInterceptor)
  async close(@Context() context: MakeContext, @CardId() cardId: string) {
    return await this.closeCard.execute({ context: await context(), cardId, view: cardView });
  }

  @Operation('Read a card', { 200: cardAnswer })
  @Get(':cardId')
  @RequireScope('cards:read')
  async read(@Caller() { tenantId }: Caller, @CardId() cardId: string) {
    return cardView(knownCard(await this.cards.findCard(tenantId, cardId)));
  }

  @Operation('Find a card by its reference', { 200: cardAnswer }, { problems: ['CARD_NOT_FOUND'] })
  @Get()
  @RequireScope('cards:read')
  async find(@Caller() { tenantId }: Caller, @Query({ schema: findCardSchema }) { cardRef }: FindCardQuery) {
    const { items } = await this.cards.findCards(tenantId, { cardRef, limit: 1 });
    return cardView(knownCard(items[0] ?? null));
  }
}
