/** The environment is not as required (database settings, schema, roles); the message says what to do. */
export class StartRefused extends Error {
  override readonly name = 'StartRefused';
}
