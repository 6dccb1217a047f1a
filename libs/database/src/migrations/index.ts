import { PinOperations1795435200000 } from './1795435200000-pin-operations.js';
import { ApiClients1795608000000 } from './1795608000000-api-clients.js';
import { UnlockApprovals1795651200000 } from './1795651200000-unlock-approvals.js';

/** Oldest first. */
export const MIGRATIONS = [PinOperations1795435200000, ApiClients1795608000000, UnlockApprovals1795651200000];
