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
import { deliveryView, endpointView, WebhookDeliveries, WebhookEndpoints } from '#libs/webhooks';
import { nothingSchema, rotateSecretSchema, type RotateSecretBody } from '../clients/client-schemas.js';
import { Caller } from '../edge/authentication/caller.js';
import { RequireScope } from '../edge/authentication/scopes.js';
import { AnsweredInterceptor } from '../edge/requests/answered.interceptor.js';
import { Context, type MakeContext } from '../edge/requests/request-contexts.js';
import { Zone } from '../edge/zones/zone.js';
import { PowerfulEndpoints } from './powerful-endpoints.js';
import { SourceAddresses } from './source-addresses.js';
import {
  createEndpointSchema,
  listDeliveriesSchema,
  listEndpointsSchema,
  type CreateEndpointBody,
  type ListDeliveriesQuery,
  type ListEndpointsQuery,
} from './webhook-schemas.js';

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
  ) {}

  @Post()
  @UseInterceptors(AnsweredInterceptor)
  @Header('Cache-Control', 'no-store')
  async create(
    @Context() context: MakeContext,
    @Body({ schema: createEndpointSchema }) body: CreateEndpointBody,
  ) {
    return await this.powerful.create(await context(), body);
  }

  @Get()
  async list(
    @Caller() { tenantId }: Caller,
    @Query({ schema: listEndpointsSchema }) query: ListEndpointsQuery,
  ) {
    const { items, nextCursor } = await this.endpoints.list(tenantId, query);
    const views = items.map((endpoint) => endpointView(endpoint));
    return { items: views, nextCursor, sourceAddresses: this.sources.ranges };
  }

  @Get(':endpointId')
  async read(@Caller() { tenantId }: Caller, @Param('endpointId') endpointId: string) {
    const endpoint = await this.endpoints.read(tenantId, endpointId);
    return { ...endpointView(endpoint), sourceAddresses: this.sources.ranges };
  }

  @Delete(':endpointId')
  @UseInterceptors(AnsweredInterceptor)
  async remove(@Context() context: MakeContext, @Param('endpointId') endpointId: string) {
    return await this.endpoints.remove(await context(), endpointId);
  }

  @Post(':endpointId/rotate-secret')
  @UseInterceptors(AnsweredInterceptor)
  @Header('Cache-Control', 'no-store')
  async rotateSecret(
    @Context() context: MakeContext,
    @Param('endpointId') endpointId: string,
    @Body({ schema: rotateSecretSchema }) body: RotateSecretBody,
  ) {
    return await this.powerful.rotateSecret(await context(), endpointId, body);
  }

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
