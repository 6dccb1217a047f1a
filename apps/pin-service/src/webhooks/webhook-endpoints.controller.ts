import {
  Body,
  Controller,
  Delete,
  Get,
  Header,
  HttpCode,
  HttpStatus,
  Param,
  Post,
  Query,
  UseInterceptors,
} from '@nestjs/common';
import {
  deliveryView,
  endpointView,
  SendTestEvent,
  WebhookDeliveries,
  WebhookEndpoints,
} from '#libs/webhooks';
import { approvalRequested } from '../admin/approval-view.js';
import { rotateSecretSchema, type RotateSecretBody } from '../clients/client-schemas.js';
import { nothingSchema } from '../edge/requests/schema-parts.js';
import { AnsweredInterceptor, Caller, Context, type MakeContext } from '../edge/requests/handlers.js';
import { PowerfulEndpoints, SourceAddresses } from './powerful-endpoints.js';
import { WebhookTestLimit } from './webhook-test-limit.js';
import {
  deliveriesAnswer,
  endpointAnswer,
  endpointDeleted,
  endpointsAnswer,
  endpointWithSecretAnswer,
  ownEndpointAnswer,
  pendingDeliveryAnswer,
  createEndpointSchema,
  listDeliveriesSchema,
  listEndpointsSchema,
  type CreateEndpointBody,
  type ListDeliveriesQuery,
  type ListEndpointsQuery,
} from './webhook-schemas.js';
import { FreshLogin, Operation, RequireScope, Zone } from '../edge/routes/declarations.js';

const NOT_FOUND = { problems: ['WEBHOOK_ENDPOINT_NOT_FOUND'] } as const;

/** Where the caller's tenant wants its events. */
@Zone('operators')
@Controller('v1/webhook-endpoints')
@RequireScope('webhooks:manage')
export class WebhookEndpointsController {
  constructor(
    private readonly powerful: PowerfulEndpoints,
    private readonly endpoints: WebhookEndpoints,
    private readonly deliveries: WebhookDeliveries,
    private readonly sources: SourceAddresses,
    private readonly sendTestEvent: SendTestEvent,
    private readonly testLimit: WebhookTestLimit,
  ) {}

  @Operation(
    'Register a webhook endpoint',
    { 201: endpointWithSecretAnswer, 202: approvalRequested },
    { problems: ['WEBHOOK_ENDPOINT_LIMIT'] },
  )
  @Post()
  @FreshLogin()
  @UseInterceptors(AnsweredInterceptor)
  @Header('Cache-Control', 'no-store')
  async create(
    @Context() context: MakeContext,
    @Body({ schema: createEndpointSchema }) body: CreateEndpointBody,
  ) {
    return await this.powerful.create(await context(), body);
  }

  @Operation('List webhook endpoints', { 200: endpointsAnswer })
  @Get()
  async list(
    @Caller() { tenantId }: Caller,
    @Query({ schema: listEndpointsSchema }) query: ListEndpointsQuery,
  ) {
    const { items, nextCursor } = await this.endpoints.list(tenantId, query);
    const views = items.map((endpoint) => endpointView(endpoint));
    return { items: views, nextCursor, sourceAddresses: this.sources.ranges };
  }

  @Operation('Read a webhook endpoint', { 200: ownEndpointAnswer }, NOT_FOUND)
  @Get(':endpointId')
  async read(@Caller() { tenantId }: Caller, @Param('endpointId') endpointId: string) {
    const endpoint = await this.endpoints.read(tenantId, endpointId);
    return { ...endpointView(endpoint), sourceAddresses: this.sources.ranges };
  }

  @Operation('Delete a webhook endpoint', { 200: endpointDeleted }, NOT_FOUND)
  @Delete(':endpointId')
  @UseInterceptors(AnsweredInterceptor)
  async remove(@Context() context: MakeContext, @Param('endpointId') endpointId: string) {
    return await this.endpoints.remove(await context(), endpointId);
  }

  @Operation(
    "Change a webhook endpoint's secret",
    { 201: endpointWithSecretAnswer, 202: approvalRequested },
    NOT_FOUND,
  )
  @Post(':endpointId/rotate-secret')
  @FreshLogin()
  @UseInterceptors(AnsweredInterceptor)
  @Header('Cache-Control', 'no-store')
  async rotateSecret(
    @Context() context: MakeContext,
    @Param('endpointId') endpointId: string,
    @Body({ schema: rotateSecretSchema }) body: RotateSecretBody,
  ) {
    return await this.powerful.rotateSecret(await context(), endpointId, body);
  }

  @Operation('Resume a paused webhook endpoint', { 200: endpointAnswer }, NOT_FOUND)
  @Post(':endpointId/resume')
  @HttpCode(HttpStatus.OK)
  @UseInterceptors(AnsweredInterceptor)
  async resume(
    @Context() context: MakeContext,
    @Param('endpointId') endpointId: string,
    @Body({ schema: nothingSchema }) _body: unknown,
  ) {
    return await this.endpoints.resume(await context(), endpointId);
  }

  @Operation(
    'Send a test event',
    { 202: pendingDeliveryAnswer },
    { problems: ['WEBHOOK_ENDPOINT_NOT_FOUND', 'OPERATION_RATE_LIMITED'] },
  )
  @Post(':endpointId/test')
  @HttpCode(HttpStatus.ACCEPTED)
  @UseInterceptors(AnsweredInterceptor)
  async test(
    @Context() context: MakeContext,
    @Caller() caller: Caller,
    @Param('endpointId') endpointId: string,
    @Body({ schema: nothingSchema }) _body: unknown,
  ) {
    await this.testLimit.count(caller);
    return await this.sendTestEvent.execute(await context(), endpointId);
  }

  @Operation('List deliveries', { 200: deliveriesAnswer }, NOT_FOUND)
  @Get(':endpointId/deliveries')
  async listDeliveries(
    @Caller() { tenantId }: Caller,
    @Param('endpointId') endpointId: string,
    @Query({ schema: listDeliveriesSchema }) query: ListDeliveriesQuery,
  ) {
    await this.endpoints.read(tenantId, endpointId);
    const { items, nextCursor } = await this.deliveries.list(tenantId, endpointId, query);
    return { items: items.map((delivery) => deliveryView(delivery)), nextCursor };
  }

  @Operation(
    'Deliver once more',
    { 202: pendingDeliveryAnswer },
    { problems: ['WEBHOOK_ENDPOINT_NOT_FOUND', 'DELIVERY_NOT_FOUND', 'DELIVERY_NOT_REPEATABLE'] },
  )
  @Post(':endpointId/deliveries/:deliveryId/redeliver')
  @HttpCode(HttpStatus.ACCEPTED)
  @UseInterceptors(AnsweredInterceptor)
  async redeliver(
    @Context() context: MakeContext,
    @Param('endpointId') endpointId: string,
    @Param('deliveryId') deliveryId: string,
    @Body({ schema: nothingSchema }) _body: unknown,
  ) {
    return await this.deliveries.redeliver(await context(), { endpointId, deliveryId });
  }
}
