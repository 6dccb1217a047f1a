import { OPERATOR_SCOPES, type Scope } from '#libs/api-clients';

/** A person who signs in at the development provider. */
export interface Person {
  /** The `sub` of the tokens. */
  readonly subject: string;
  /** As people read it. */
  readonly name: string;
  readonly scopes: readonly Scope[];
  /** Default: the tenant of the development clients. */
  readonly tenantId?: string;
}

/** Two who may do everything, since some steps take two persons, and one who may only look. */
export const PERSONS: readonly Person[] = [
  { subject: 'asha', name: 'Asha Rao', scopes: OPERATOR_SCOPES },
  { subject: 'ravi', name: 'Ravi Iyer', scopes: OPERATOR_SCOPES },
  { subject: 'lena', name: 'Lena Vogt', scopes: ['ops:read'] },
];
