import { Controller, Get, HttpCode, HttpStatus, Param, Post, Query, UseInterceptors } from '@nestjs/common';
import { CardImports } from '#libs/pin';
import { registerCardSchema } from '#libs/sent-json';
import { AnsweredInterceptor, Caller, Context, type MakeContext } from '../edge/requests/handlers.js';
import { Operation, RequireScope, Stoppable, Zone } from '../edge/routes/declarations.js';
import { CardUploads, Lines, type Upload } from './card-uploads.js';
import {
  findImportSchema,
  importAnswer,
  importedLinesAnswer,
  importView,
  lineView,
  listLinesSchema,
  type FindImportQuery,
  type ListLinesQuery,
} from './import-schemas.js';

const NOT_FOUND = { problems: ['CARD_IMPORT_NOT_FOUND'] } as const;
const importing = {
  lines: registerCardSchema,
  problems: ['CARD_IMPORT_TOO_LONG', 'CARD_IMPORT_INTERRUPTED', 'HSM_UNAVAILABLE'],
  description:
    'One card a line, as POST /v1/cards takes it, up to 100,000. A line that cannot be registered does not stop the others. `X-Request-ID` is required: the same upload under it goes on where an earlier one ended.',
} as const;

@Zone('card-apps')
@Controller('v1/card-imports')
@RequireScope('cards:import')
export class CardImportsController {
  constructor(
    private readonly uploads: CardUploads,
    private readonly imports: CardImports,
  ) {}

  @Operation('Import cards', { 200: importAnswer }, importing)
  @Post()
  @HttpCode(HttpStatus.OK)
  @Stoppable('card.register')
  @UseInterceptors(AnsweredInterceptor)
  async upload(@Context() context: MakeContext, @Lines() upload: Upload) {
    return await this.uploads.take(await context(), upload);
  }

  @Operation('Find an import by the request id of its upload', { 200: importAnswer }, NOT_FOUND)
  @Get()
  async find(
    @Caller() { tenantId, clientId }: Caller,
    @Query({ schema: findImportSchema }) { requestId }: FindImportQuery,
  ) {
    return importView(await this.imports.findByRequest(tenantId, clientId, requestId));
  }

  @Operation('Read an import', { 200: importAnswer }, NOT_FOUND)
  @Get(':importId')
  async read(@Caller() { tenantId }: Caller, @Param('importId') importId: string) {
    return importView(await this.imports.read(tenantId, importId));
  }

  @Operation('List lines of an import', { 200: importedLinesAnswer }, NOT_FOUND)
  @Get(':importId/lines')
  async lines(
    @Caller() { tenantId }: Caller,
    @Param('importId') importId: string,
    @Query({ schema: listLinesSchema }) query: ListLinesQuery,
  ) {
    const { items, nextCursor } = await this.imports.lines({ tenantId, importId, ...query });
    return { items: items.map((line) => lineView(line)), nextCursor };
  }
}
