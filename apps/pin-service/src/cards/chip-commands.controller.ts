import { Body, Controller, HttpCode, HttpStatus, Param, Post, UseInterceptors } from '@nestjs/common';
import { z } from 'zod';
import { ReportChipCommand } from '#libs/pin';
import { AnsweredInterceptor, CardId, Context, type MakeContext } from '../edge/requests/handlers.js';
import { Operation, RequireScope, Zone } from '../edge/routes/declarations.js';
import { chipCommand, chipFailure, pendingCommands } from './card-view.js';

/** The reason is one of a list: free text could hold what must not be kept. */
export const reportChipSchema = z
  .strictObject({
    outcome: z.enum(['delivered', 'failed']),
    reason: chipFailure.optional().describe('Of a failure'),
  })
  .superRefine(({ outcome, reason }, context) => {
    if ((outcome === 'failed') === (reason !== undefined)) return;
    const message = outcome === 'failed' ? 'must say why it failed' : 'must not be there: it is of a failure';
    context.addIssue({ code: 'custom', path: ['reason'], message });
  })
  .meta({
    id: 'ReportChipCommand',
    examples: [{ outcome: 'delivered' }, { outcome: 'failed', reason: 'SCRIPT_FAILED' }],
  });
type ReportChipBody = z.infer<typeof reportChipSchema>;

export const chipReported = z
  .object({
    commandId: z.uuid(),
    command: chipCommand,
    status: z
      .enum(['pending', 'delivered', 'superseded'])
      .describe('`pending` after a failure; `superseded` by a newer command, which is pending instead'),
    pendingCommands,
  })
  .meta({ id: 'ChipReported' });

const REPORTING = {
  problems: ['CHIP_COMMAND_NOT_FOUND', 'CARD_CLOSED'],
  description:
    'What the terminal said of an issuer script. A report on a command that has ended changes nothing and answers how it ended.',
} as const;

@Zone('card-apps')
@Controller('v1/cards/:cardId/chip-commands')
export class ChipCommandsController {
  constructor(private readonly reportChipCommand: ReportChipCommand) {}

  @Operation(
    'Report what an issuer script delivered to the chip, or failed to',
    { 200: chipReported },
    REPORTING,
  )
  @Post(':commandId/report')
  @HttpCode(HttpStatus.OK)
  @RequireScope('chip:report')
  @UseInterceptors(AnsweredInterceptor)
  async report(
    @Context() context: MakeContext,
    @CardId() cardId: string,
    @Param('commandId') commandId: string,
    @Body({ schema: reportChipSchema }) { reason }: ReportChipBody,
  ) {
    return await this.reportChipCommand.execute({
      context: await context(),
      cardId,
      commandId,
      failure: reason ?? null,
    });
  }
}
