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

/** These two may do everything: some steps take two persons. */
export const ASHA: Person = { subject: 'asha', name: 'Asha Rao', scopes: OPERATOR_SCOPES };
export const RAVI: Person = { subject: 'ravi', name: 'Ravi Iyer', scopes: OPERATOR_SCOPES };

/** With one who may only look. */
export const PERSONS: readonly Person[] = [
  ASHA,
  RAVI,
  { subject: 'lena', name: 'Lena Vogt', scopes: ['ops:read'] },
];
