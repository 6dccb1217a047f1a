export { getOverHttps, postOverHttps } from './over-https.js';
export { AddressRefused, PublicAddresses } from './public-addresses.js';
