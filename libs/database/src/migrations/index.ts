import { PinOperations1795435200000 } from './1795435200000-pin-operations.js';

/** Oldest first. */
export const MIGRATIONS = [PinOperations1795435200000];
