import type { DataSource, EntityManager } from 'typeorm';
import { ChipCommandEntity, isUuid, lockCard, OutboxEventEntity } from '#libs/database';
import { PinwardError } from '#libs/errors';
import { once, storedBody, type Answered, type RequestContext } from '#libs/requests';
import {
  pendingChipCommands,
  type ChipCommand,
  type ChipFailure,
  type PendingChipCommand,
} from './chip-commands.js';

export interface ReportChipCommandRequest {
  readonly context: RequestContext;
  readonly cardId: string;
  readonly commandId: string;
  /** Null when the script did its work. */
  readonly failure: ChipFailure | null;
}

export interface ChipReported {
  readonly commandId: string;
  readonly command: ChipCommand;
  /** `pending` after a failure: the chip still does not know. `superseded`: a newer command took its place. */
  readonly status: ChipCommandEntity['status'];
  /** What the chip does not know yet, after this report. */
  readonly pendingCommands: readonly PendingChipCommand[];
}

/**
 * Takes what the authorisation host says of an issuer script. A report of a command that has ended changes nothing and is
 * answered with how it ended, however often it comes; the audit trail has each.
 */
export class ReportChipCommand {
  constructor(private readonly dataSource: DataSource) {}

  /** @throws PinwardError CARD_NOT_FOUND, CARD_CLOSED, CHIP_COMMAND_NOT_FOUND */
  async execute({
    context,
    cardId,
    commandId,
    failure,
  }: ReportChipCommandRequest): Promise<Answered<ChipReported>> {
    const { tenantId } = context;
    const call = { action: 'chip.report', cardId };
    return await once<ChipReported>(this.dataSource, context, call, async (manager) => {
      // 1. The card, locked as by all that makes commands; then the command.
      const card = await lockCard(manager, { tenantId, cardId });
      if (card === null) throw new PinwardError('CARD_NOT_FOUND');
      if (card.isClosed) throw new PinwardError('CARD_CLOSED');
      const found = await findCommand(manager, { tenantId, cardId, commandId });
      // 2. What the report changes.
      const status = await record(manager, found, failure);
      const pendingCommands = (await pendingChipCommands(manager, tenantId, [cardId])).get(cardId) ?? [];
      // 3. Event and audit line.
      const { command } = found;
      const outcome = failure === null ? 'delivered' : 'failed';
      const why = failure === null ? {} : { reason: failure };
      const changed = found.status === 'pending';
      if (changed) {
        const { requestId } = context;
        const pinVersion = Number(found.pinVersion);
        const told = { requestId, commandId, command, pinVersion, pendingCommands, ...why };
        await emit(manager, found, outcome, { ...card.eventMembers, ...told });
      }
      const details = { commandId, command, outcome, ...why };
      const line = { result: changed ? outcome : 'unchanged', details };
      return { answer: storedBody({ commandId, command, status, pendingCommands }), line };
    });
  }
}

async function findCommand(
  manager: EntityManager,
  command: { readonly tenantId: string; readonly cardId: string; readonly commandId: string },
): Promise<ChipCommandEntity> {
  const found = isUuid(command.commandId) ? await manager.findOneBy(ChipCommandEntity, command) : null;
  if (found === null) throw new PinwardError('CHIP_COMMAND_NOT_FOUND');
  return found;
}

/** @returns its status after the report */
async function record(
  manager: EntityManager,
  { tenantId, commandId, status }: ChipCommandEntity,
  failure: ChipFailure | null,
): Promise<ChipCommandEntity['status']> {
  if (status !== 'pending') return status;
  const now = () => 'clock_timestamp()';
  const changed =
    failure === null
      ? ({ status: 'delivered', endedAt: now } as const)
      : { lastFailureAt: now, lastFailureReason: failure };
  await manager.update(ChipCommandEntity, { tenantId, commandId }, changed);
  return failure === null ? 'delivered' : 'pending';
}

async function emit(
  manager: EntityManager,
  { tenantId, cardId }: ChipCommandEntity,
  outcome: 'delivered' | 'failed',
  data: Readonly<Record<string, unknown>>,
): Promise<void> {
  await manager.insert(OutboxEventEntity, {
    tenantId,
    type: outcome === 'delivered' ? 'chip.updated' : 'chip.update_failed',
    cardId,
    eventNo: null,
    data: JSON.stringify(data),
  });
}
