/** The surroundings are not as they must be (database settings, schema, roles); the message says what to do. */
export class StartRefused extends Error {
  override readonly name = 'StartRefused';
}
