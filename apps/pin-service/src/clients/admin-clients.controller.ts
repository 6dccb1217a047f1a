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
import { ClientKeyRegistry, ClientRegistry, clientView } from '#libs/api-clients';
import { fresh } from '#libs/requests';
import { AgreementKeeper } from '../edge/authentication/agreement-keeper.js';
import { AnsweredInterceptor, Caller, Context, type MakeContext } from '../edge/requests/handlers.js';
import { Powers } from '../powers/powers.js';
import { ChangingClient } from './changing-client.js';
import {
  changeClientSchema,
  createClientSchema,
  listClientsSchema,
  rotateSecretSchema,
  type ChangeClientBody,
  type CreateClientBody,
  type ListClientsQuery,
  type RotateSecretBody,
} from './client-schemas.js';
import {
  clientAnswer,
  clientsAnswer,
  clientWithSecretAnswer,
  createdClientAnswer,
  issuedSecretView,
} from './client-view.js';
import { approvalRequested } from '../admin/approval-view.js';
import { FreshLogin, Operation, RequireScope, Zone } from '../edge/routes/declarations.js';

/** The clients of the caller's own tenant. */
@Zone('operators')
@Controller('v1/admin/clients')
export class AdminClientsController {
  constructor(
    private readonly clients: ClientRegistry,
    private readonly keys: ClientKeyRegistry,
    private readonly powers: Powers,
    private readonly changing: ChangingClient,
    private readonly agreements: AgreementKeeper,
  ) {}

  @Operation(
    'Register a client',
    { 201: createdClientAnswer, 202: approvalRequested },
    { problems: ['CLIENT_ID_IN_USE', 'SCOPE_NOT_GRANTABLE'] },
  )
  @Post()
  @FreshLogin()
  @RequireScope('ops:clients')
  @UseInterceptors(AnsweredInterceptor)
  @Header('Cache-Control', 'no-store')
  async create(
    @Context() makeContext: MakeContext,
    @Caller() caller: Caller,
    @Body({ schema: createClientSchema }) { reason, ...client }: CreateClientBody,
  ) {
    const context = await makeContext();
    this.powers.refuseScopes(caller, client.scopes);
    const { keys } = client;
    const create = async () =>
      keys === undefined
        ? fresh(issuedSecretView(await this.clients.create(context, client)))
        : await this.keys.create(context, client, keys);
    return await this.powers.alone(create, context, { kind: 'client-create', content: client, reason });
  }

  @Operation('List clients', { 200: clientsAnswer })
  @Get()
  @RequireScope('ops:clients')
  async list(@Caller() { tenantId }: Caller, @Query({ schema: listClientsSchema }) query: ListClientsQuery) {
    const { items, nextCursor } = await this.clients.list(tenantId, query);
    return { items: items.map((client) => clientView(client, new Date())), nextCursor };
  }

  @Operation('Read a client', { 200: clientAnswer }, { problems: ['CLIENT_NOT_FOUND'] })
  @Get(':clientId')
  @RequireScope('ops:clients')
  async read(@Caller() { tenantId }: Caller, @Param('clientId') clientId: string) {
    return clientView(await this.clients.read(tenantId, clientId), new Date());
  }

  @Operation(
    'Change what is agreed with a client',
    { 200: clientAnswer, 202: approvalRequested },
    { problems: ['CLIENT_NOT_FOUND', 'SCOPE_NOT_GRANTABLE', 'SAME_OPERATOR', 'APPROVAL_CLOSED'] },
  )
  @Post(':clientId/change')
  @FreshLogin()
  @HttpCode(HttpStatus.OK)
  @RequireScope('ops:clients')
  @UseInterceptors(AnsweredInterceptor)
  async change(
    @Context() context: MakeContext,
    @Caller() caller: Caller,
    @Param('clientId') clientId: string,
    @Body({ schema: changeClientSchema }) body: ChangeClientBody,
  ) {
    return await this.changing.execute(caller, await context(), clientId, body);
  }

  @Operation('Revoke a client', { 200: clientAnswer }, { problems: ['CLIENT_NOT_FOUND'] })
  @Delete(':clientId')
  @FreshLogin()
  @RequireScope('ops:clients')
  @UseInterceptors(AnsweredInterceptor)
  async revoke(@Context() context: MakeContext, @Param('clientId') clientId: string) {
    const revoked = await this.clients.revoke(await context(), clientId);
    await this.agreements.refresh();
    return revoked;
  }

  @Operation(
    "Change a client's secret",
    { 201: clientWithSecretAnswer, 202: approvalRequested },
    { problems: ['CLIENT_NOT_FOUND', 'SCOPE_NOT_GRANTABLE', 'SECRET_OVERLAP', 'CREDENTIAL_NOT_HELD'] },
  )
  @Post(':clientId/rotate-secret')
  @FreshLogin()
  @RequireScope('ops:clients')
  @UseInterceptors(AnsweredInterceptor)
  @Header('Cache-Control', 'no-store')
  async rotateSecret(
    @Context() makeContext: MakeContext,
    @Caller() caller: Caller,
    @Param('clientId') clientId: string,
    @Body({ schema: rotateSecretSchema }) body: RotateSecretBody,
  ) {
    const context = await makeContext();
    // A person who sees a secret has the rights of its client.
    const { scopes } = await this.clients.read(context.tenantId, clientId);
    this.powers.refuseScopes(caller, scopes);
    const rotate = async () => fresh(issuedSecretView(await this.clients.rotateSecret(context, clientId)));
    const asked = { kind: 'client-rotate-secret', content: { clientId }, reason: body?.reason } as const;
    return await this.powers.alone(rotate, context, asked);
  }
}
