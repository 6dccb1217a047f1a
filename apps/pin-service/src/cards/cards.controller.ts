import {
  Body,
  Controller,
  Get,
  HttpCode,
  HttpStatus,
  Param,
  Post,
  Query,
  Req,
  UseInterceptors,
} from '@nestjs/common';
import type { FastifyRequest } from 'fastify';
import { CardStore, CloseCard, knownCard, RegisterCard } from '#libs/pin';
import { Stoppable } from '../brakes/stoppable.js';
import { callerOf } from '../edge/authentication/caller-of.js';
import { RequireScope } from '../edge/authentication/scopes.js';
import { AnsweredInterceptor } from '../edge/requests/answered.interceptor.js';
import { RequestContexts } from '../edge/requests/request-contexts.js';
import { CardIdPipe } from './card-id.pipe.js';
import {
  findCardSchema,
  registerCardSchema,
  type FindCardQuery,
  type RegisterCardBody,
} from './card-schemas.js';
import { cardView } from './card-view.js';
import { Zone } from '../edge/zones/zone.js';

@Zone('card-apps')
@Controller('v1/cards')
export class CardsController {
  constructor(
    private readonly contexts: RequestContexts,
    private readonly registerCard: RegisterCard,
    private readonly cards: CardStore,
    private readonly closeCard: CloseCard,
  ) {}

  @Post()
  @RequireScope('cards:write')
  @Stoppable('card.register')
  @UseInterceptors(AnsweredInterceptor)
  async register(
    @Req() request: FastifyRequest,
    @Body({ schema: registerCardSchema }) card: RegisterCardBody,
  ) {
    const context = await this.contexts.of(request);
    return await this.registerCard.execute({ context, ...card, view: cardView });
  }

  @Post(':cardId/close')
  @HttpCode(HttpStatus.OK)
  @RequireScope('cards:write')
  @UseInterceptors(AnsweredInterceptor)
  async close(@Req() request: FastifyRequest, @Param('cardId', CardIdPipe) cardId: string) {
    const context = await this.contexts.of(request);
    return await this.closeCard.execute({ context, cardId, view: cardView });
  }

  @Get(':cardId')
  @RequireScope('cards:read')
  async read(@Req() request: FastifyRequest, @Param('cardId', CardIdPipe) cardId: string) {
    const { tenantId } = callerOf(request);
    return cardView(knownCard(await this.cards.findCard(tenantId, cardId)));
  }

  @Get()
  @RequireScope('cards:read')
  async find(@Req() request: FastifyRequest, @Query({ schema: findCardSchema }) { cardRef }: FindCardQuery) {
    const { tenantId } = callerOf(request);
    const { items } = await this.cards.findCards(tenantId, { cardRef, limit: 1 });
    return cardView(knownCard(items[0] ?? null));
  }
}
