import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { text } from 'node:stream/consumers';
import { openPinHsm, TokenPin, type HsmSettings } from '#libs/hsm';
import { HOST_ENTRY, parseKeysFile } from './token.js';

interface Order {
  readonly settings: Omit<HsmSettings, 'tokenPin' | 'registeredKeys' | 'reserveSeals' | 'hostEntry'>;
  readonly tokenPin: string;
  /** The token's directory, with its keys.json. */
  readonly directory: string;
}

/**
 * A process that opens an HSM like the service, and that a test kills. It prints a line when it is ready, and makes a
 * MAC on SIGUSR2.
 */
const { settings, tokenPin, directory } = JSON.parse(await text(process.stdin)) as Order;
const keys = parseKeysFile(await readFile(join(directory, 'keys.json'), 'utf8'));
const hsm = await openPinHsm({
  ...settings,
  tokenPin: new TokenPin(tokenPin),
  registeredKeys: async () => keys,
  reserveSeals: async () => undefined,
  hostEntry: HOST_ENTRY,
});
process.on('SIGUSR2', () => {
  void hsm.mac('lookup', Buffer.from('input')).catch(() => undefined);
});
setInterval(() => undefined, 1_000);
process.stdout.write('ready\n');
