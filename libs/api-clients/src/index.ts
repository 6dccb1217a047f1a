export type { ApiClient, ClientSecretInfo } from './api-client.js';
export { CARD_APP_SCOPES, OPERATOR_SCOPES, SCOPES, type Scope } from './scopes.js';
export { AddressRanges, canonicalAddress, isAddressRange } from './address-ranges.js';
