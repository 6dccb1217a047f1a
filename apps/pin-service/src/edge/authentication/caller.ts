/** Who presents a verified access token. */
export interface Caller {
  readonly tenantId: string;
  readonly clientId: string;
  /** The token's `sub`; for operators the person. */
  readonly subject: string;
  readonly scopes: ReadonlySet<string>;
}
