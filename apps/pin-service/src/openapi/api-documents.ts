import type { OpenAPIObject } from '@nestjs/swagger';
import type { Route } from '../edge/routes/route-table.js';
import type { ZoneName } from '../edge/routes/declarations.js';
import { documentFor } from './api-document.js';

/** Holds the API document, which can only be made once all routes are known. */
export class ApiDocuments {
  #whole: { readonly document: OpenAPIObject; readonly routes: readonly Route[] } | null = null;

  hold(document: OpenAPIObject, routes: readonly Route[]): void {
    this.#whole = { document, routes };
  }

  /** For a listener of these zones. */
  for(reached: readonly ZoneName[]): OpenAPIObject {
    if (this.#whole === null) throw new Error('the API document has not been made');
    return documentFor(this.#whole.document, this.#whole.routes, reached);
  }
}
