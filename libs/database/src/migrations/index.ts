import { PinOperations1795435200000 } from './1795435200000-pin-operations.js';
import { ApiClients1795608000000 } from './1795608000000-api-clients.js';

/** Oldest first. */
export const MIGRATIONS = [PinOperations1795435200000, ApiClients1795608000000];
