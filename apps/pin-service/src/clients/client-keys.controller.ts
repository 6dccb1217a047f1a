import { Body, Controller, HttpCode, HttpStatus, Param, Post, UseInterceptors } from '@nestjs/common';
import { ClientKeyRegistry, ClientRegistry } from '#libs/api-clients';
import { approvalRequested } from '../admin/approval-view.js';
import { AnsweredInterceptor, Caller, Context, type MakeContext } from '../edge/requests/handlers.js';
import { FreshLogin, Operation, RequireScope, Zone } from '../edge/routes/declarations.js';
import { Powers } from '../powers/powers.js';
import {
  rotateKeysSchema,
  withdrawMethodSchema,
  type RotateKeysBody,
  type WithdrawMethodBody,
} from './client-schemas.js';
import { clientAnswer } from './client-view.js';

const WITHDRAWING = { problems: ['CLIENT_NOT_FOUND', 'CREDENTIAL_NOT_HELD', 'LAST_CREDENTIAL'] } as const;

/** How clients of the caller's own tenant prove themselves. Public keys alone come here; nothing secret leaves. */
@Zone('operators')
@Controller('v1/admin/clients/:clientId')
@RequireScope('ops:clients')
@UseInterceptors(AnsweredInterceptor)
export class ClientKeysController {
  constructor(
    private readonly clients: ClientRegistry,
    private readonly keys: ClientKeyRegistry,
    private readonly powers: Powers,
  ) {}

  @Operation(
    "Register a client's keys or certificates, the first or others",
    { 200: clientAnswer, 202: approvalRequested },
    { problems: ['CLIENT_NOT_FOUND', 'SCOPE_NOT_GRANTABLE'] },
  )
  @Post('rotate-keys')
  @FreshLogin()
  @HttpCode(HttpStatus.OK)
  async rotate(
    @Context() makeContext: MakeContext,
    @Caller() caller: Caller,
    @Param('clientId') clientId: string,
    @Body({ schema: rotateKeysSchema }) { reason, ...keys }: RotateKeysBody,
  ) {
    const context = await makeContext();
    // A person who holds the private key has the rights of its client.
    const { scopes } = await this.clients.read(context.tenantId, clientId);
    this.powers.refuseScopes(caller, scopes);
    const replace = () => this.keys.replace(context, clientId, keys);
    const asked = { kind: 'client-rotate-keys', content: { clientId, ...keys }, reason } as const;
    return await this.powers.alone(replace, context, asked);
  }

  @Operation("End a client's secrets, keys or certificates", { 200: clientAnswer }, WITHDRAWING)
  @Post('withdraw')
  @FreshLogin()
  @HttpCode(HttpStatus.OK)
  async withdraw(
    @Context() context: MakeContext,
    @Param('clientId') clientId: string,
    @Body({ schema: withdrawMethodSchema }) { method }: WithdrawMethodBody,
  ) {
    return await this.keys.withdraw(await context(), clientId, method);
  }
}
