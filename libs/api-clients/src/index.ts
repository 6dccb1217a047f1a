export { isAddressRange } from './address-range.js';
export { addressPrefix, AddressRanges, canonicalAddress } from './address-ranges.js';
export type { ApiClient } from './api-client.js';
export {
  ClientRegistry,
  type AuthenticationOrigin,
  type IssuedSecret,
  type NewSecret,
} from './client-registry.js';
export type { ClientChange } from './client-change.js';
export { ClientChanges, MakesPower } from './client-changes.js';
export { CHANGE_DEMAND, ClientDemands, type NewDemand } from './client-demands.js';
export { ClientKeyRegistry, type KeyHolder } from './client-key-registry.js';
export { ClientSecret } from './client-secret.js';
export { clientView, type ClientView } from './client-view.js';
export {
  CLIENT_METHODS,
  KEY_METHODS,
  type ClientKeys,
  type ClientMethod,
  type KeyContent,
} from './keys/client-keys.js';
export type { NewKeys } from './keys/new-keys.js';
export {
  readPublicJwk,
  SIGNING_ALGORITHMS,
  type PublicJwk,
  type SigningAlgorithm,
} from './keys/public-jwk.js';
export { CLIENT_ID_PATTERN, DEVELOPMENT_CLIENT_PREFIX, type NewClient } from './new-client.js';
export { PersonRegistry } from './person-registry.js';
export { credentialsDue, type CredentialDue } from './persistence/credentials-due.js';
export { ungrantable } from './grants.js';
export type { ClientPolicy } from './policy.js';
export { CARD_APP_SCOPES, OPERATOR_SCOPES, SCOPES, type Scope } from './scopes.js';
export { TenantRegistry } from './tenant-registry.js';
