import { join } from 'node:path';
import { PROJECT_ROOT } from './project-root.js';

/** One weak PIN, for rigs that give many cards a PIN: the list that ships needs hundreds of PIN objects for each. */
export const FEW_WEAK_PINS = { PIN_WEAK_LIST_FILE: join(PROJECT_ROOT, 'test/support/few-weak-pins.txt') };
