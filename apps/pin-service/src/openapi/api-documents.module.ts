import { Module, type DynamicModule } from '@nestjs/common';
import type { Settings } from '../config/schema.js';
import { ApiDocumentController } from './api-document.controller.js';
import { ApiDocuments } from './api-documents.js';
import { ApiPagesController } from './api-pages.controller.js';

@Module({})
export class ApiDocumentsModule {
  static with({ API_DOCS, PINWARD_ENV }: Settings): DynamicModule {
    const pages = API_DOCS ?? PINWARD_ENV !== 'production';
    return {
      module: ApiDocumentsModule,
      controllers: [ApiDocumentController, ...(pages ? [ApiPagesController] : [])],
      providers: [ApiDocuments],
      exports: [ApiDocuments],
    };
  }
}
