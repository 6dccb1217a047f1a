import { Body, Controller, HttpCode, HttpStatus, Post } from '@nestjs/common';
import { DataSource } from 'typeorm';
import { z } from 'zod';
import { CardEntity, outsideTransaction } from '#libs/database';
import { Context, type MakeContext } from '../edge/requests/handlers.js';
import { Operation, RequireScope, Zone } from '../edge/routes/declarations.js';
import { SANDBOX_PREFIX } from './references.js';
import { SandboxCards } from './sandbox-cards.js';

/** At most so many in a call, which ends in time then. */
const AT_A_TIME = 200;

const resetSchema = z
  .strictObject({
    cardRefPrefix: z
      .string()
      .max(128)
      .startsWith(SANDBOX_PREFIX, `must begin with ${SANDBOX_PREFIX}`)
      .default(SANDBOX_PREFIX),
  })
  .meta({ id: 'ResetSandbox', examples: [{ cardRefPrefix: 'sandbox-active-' }] })
  .nullish();
type ResetBody = z.infer<typeof resetSchema>;

const resetAnswer = z
  .object({ closed: z.int(), more: z.boolean().describe('Call again: at most 200 are closed in a call') })
  .meta({ id: 'SandboxReset' });
const RESETTING = { problems: ['PIN_EVALUATION_IN_PROGRESS', 'OPERATIONS_SUSPENDED'] } as const;

@Zone('card-apps')
@Controller('v1/sandbox')
export class SandboxController {
  constructor(
    private readonly dataSource: DataSource,
    private readonly sandbox: SandboxCards,
  ) {}

  @Operation("Close the tenant's cards of the sandbox", { 200: resetAnswer }, RESETTING)
  @Post('reset')
  @HttpCode(HttpStatus.OK)
  @RequireScope('cards:write')
  async reset(@Context() context: MakeContext, @Body({ schema: resetSchema }) body: ResetBody) {
    const asker = await context();
    const open = await this.openCards(asker.tenantId, body?.cardRefPrefix ?? SANDBOX_PREFIX);
    for (const cardId of open) await this.sandbox.close(asker, cardId);
    return { closed: open.length, more: open.length === AT_A_TIME };
  }

  private async openCards(tenantId: string, prefix: string): Promise<readonly string[]> {
    const rows = await outsideTransaction(() =>
      this.dataSource.manager
        .createQueryBuilder(CardEntity, 'card')
        .where("card.tenantId = :tenantId AND card.pinStatus <> 'closed'", { tenantId })
        .andWhere('starts_with(card.cardRef, :prefix)', { prefix })
        .orderBy('card.cardId')
        .limit(AT_A_TIME)
        .getMany(),
    );
    return rows.map(({ cardId }) => cardId);
  }
}
