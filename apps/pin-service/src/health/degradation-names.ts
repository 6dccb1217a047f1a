/** What can be wrong with a replica that serves all the same, in the words of docs/http-api.md. */
export const DEGRADATIONS = [
  'hsm',
  'codes',
  'webhooks',
  'audit-stream',
  'audit-witness',
  'rate-limits',
] as const;
export type Degradation = (typeof DEGRADATIONS)[number];
