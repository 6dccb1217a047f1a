/** Where events come from, for the receivers' allowlists; empty where the deployment has no fixed addresses. */
export class SourceAddresses {
  constructor(readonly ranges: readonly string[]) {}
}
