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
import { DataSource } from 'typeorm';
import { CardStore, findPendingUnlock, knownCard } from '#libs/pin';
import { CardIdPipe } from '../cards/card-id.pipe.js';
import {
  listCardsSchema,
  unlockSchema,
  type ListCardsQuery,
  type UnlockBody,
} from '../cards/card-schemas.js';
import { operatorCardView } from '../cards/card-view.js';
import { Stoppable } from '../brakes/stoppable.js';
import { callerOf } from '../edge/authentication/caller-of.js';
import { RequireScope } from '../edge/authentication/scopes.js';
import { PinOutcomesInterceptor } from '../metrics/pin-outcomes.interceptor.js';
import { Unlocking } from './unlocking.js';
import { AnsweredInterceptor } from '../edge/requests/answered.interceptor.js';
import { RequestContexts } from '../edge/requests/request-contexts.js';
import { Zone } from '../edge/zones/zone.js';

@Zone('operators')
@Controller('v1/admin/cards')
export class AdminCardsController {
  constructor(
    private readonly contexts: RequestContexts,
    private readonly unlocking: Unlocking,
    private readonly cards: CardStore,
    private readonly dataSource: DataSource,
  ) {}

  @Get()
  @RequireScope('ops:read')
  async list(@Req() request: FastifyRequest, @Query({ schema: listCardsSchema }) query: ListCardsQuery) {
    const { tenantId } = callerOf(request);
    const { items, nextCursor } = await this.cards.findCards(tenantId, query);
    return { items: items.map((card) => operatorCardView(card)), nextCursor };
  }

  @Get(':cardId')
  @RequireScope('ops:read')
  async read(@Req() request: FastifyRequest, @Param('cardId', CardIdPipe) cardId: string) {
    const { tenantId } = callerOf(request);
    const card = knownCard(await this.cards.findCard(tenantId, cardId));
    return operatorCardView(card, await findPendingUnlock(this.dataSource, tenantId, cardId));
  }

  @Post(':cardId/unlock')
  @HttpCode(HttpStatus.OK)
  @RequireScope('ops:unlock')
  @Stoppable('pin.unlock')
  @UseInterceptors(AnsweredInterceptor, PinOutcomesInterceptor)
  async unlock(
    @Req() request: FastifyRequest,
    @Param('cardId', CardIdPipe) cardId: string,
    @Body({ schema: unlockSchema }) { reason }: UnlockBody,
  ) {
    const context = await this.contexts.of(request);
    return await this.unlocking.execute({ context, cardId, reason });
  }
}
