export { isAddressRange } from './address-range.js';
export { addressPrefix, AddressRanges, canonicalAddress } from './address-ranges.js';
export type { ApiClient } from './api-client.js';
export {
  ClientRegistry,
  type AuthenticationOrigin,
  type IssuedSecret,
  type NewSecret,
} from './client-registry.js';
export { ClientSecret } from './client-secret.js';
export { clientView, type ClientView } from './client-view.js';
export { CLIENT_ID_PATTERN, DEVELOPMENT_CLIENT_PREFIX, type NewClient } from './new-client.js';
export { PersonRegistry } from './person-registry.js';
export { ungrantable } from './grants.js';
export type { ClientPolicy } from './policy.js';
export { CARD_APP_SCOPES, OPERATOR_SCOPES, SCOPES, type Scope } from './scopes.js';
export { TenantRegistry } from './tenant-registry.js';
