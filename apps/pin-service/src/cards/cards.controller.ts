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
import { RevealCard } from '#libs/card-vault';
import { IssueOtp } from '#libs/otp';
import { CloseCard, knownCard, PinStore, RegisterCard } from '#libs/pin';
import { callerOf } from '../edge/authentication/caller-of.js';
import { RequireScope } from '../edge/authentication/scopes.js';
import { AnsweredInterceptor } from '../edge/requests/answered.interceptor.js';
import { RequestContexts } from '../edge/requests/request-contexts.js';
import { CardIdPipe } from './card-id.pipe.js';
import {
  findCardSchema,
  issueOtpSchema,
  registerCardSchema,
  revealCardSchema,
  type FindCardQuery,
  type IssueOtpBody,
  type RegisterCardBody,
  type RevealCardBody,
} from './card-schemas.js';
import { cardView } from './card-view.js';
import { OtpIssueLimit } from '../otp/otp-issue-limit.js';
import { Zone } from '../edge/zones/zone.js';

@Zone('card-apps')
@Controller('v1/cards')
export class CardsController {
  constructor(
    private readonly contexts: RequestContexts,
    private readonly registerCard: RegisterCard,
    private readonly cards: PinStore,
    private readonly closeCard: CloseCard,
    private readonly issueOtp: IssueOtp,
    private readonly revealCard: RevealCard,
    private readonly otpIssues: OtpIssueLimit,
  ) {}

  @Post()
  @RequireScope('cards:write')
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

  @Post(':cardId/otp')
  @HttpCode(HttpStatus.ACCEPTED)
  @RequireScope('otp:issue')
  @UseInterceptors(AnsweredInterceptor)
  async issue(
    @Req() request: FastifyRequest,
    @Param('cardId', CardIdPipe) cardId: string,
    @Body({ schema: issueOtpSchema }) { purpose }: IssueOtpBody,
  ) {
    await this.otpIssues.count(callerOf(request));
    const context = await this.contexts.of(request);
    return await this.issueOtp.execute({ context, cardId, purpose });
  }

  @Post(':cardId/reveal')
  @HttpCode(HttpStatus.OK)
  @RequireScope('cards:reveal')
  @UseInterceptors(AnsweredInterceptor)
  async reveal(
    @Req() request: FastifyRequest,
    @Param('cardId', CardIdPipe) cardId: string,
    @Body({ schema: revealCardSchema }) { otp, recipientKey }: RevealCardBody,
  ) {
    const context = await this.contexts.of(request);
    return await this.revealCard.execute({ context, cardId, otp, recipientKey });
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
