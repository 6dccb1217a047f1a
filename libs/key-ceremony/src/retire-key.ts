import { keyLabel, type RegisteredKey } from '#libs/hsm';
import {
  dropReplayRegister,
  keyReferences,
  readKeyHolders,
  readRegisteredKeys,
  registerKeys,
} from '#libs/keys';
import { askHolders } from './ask-holders.js';
import { CeremonyRefused, type Ceremony } from './ceremony.js';

export interface RetireKeyRequest {
  readonly label: string;
  /** Retires a pin-transport key before its grace period is over: after that, envelopes under it are refused. */
  readonly now: boolean;
}

/**
 * Ends a key for good. It stays on the token until the vendor's tools remove it; nothing here uses it any more.
 *
 * @throws CeremonyRefused while it is current, or something can still be read only with it
 */
export async function retireKey(
  ceremony: Omit<Ceremony, 'token'>,
  { label, now }: RetireKeyRequest,
): Promise<RegisteredKey> {
  const { dataSource, registrar, told } = ceremony;
  const key = (await readRegisteredKeys(dataSource)).find((known) => keyLabel(known) === label);
  if (key === undefined) throw new CeremonyRefused(`${label} is not registered`);
  if (key.state === 'current') throw new CeremonyRefused(`${label} is current: rotate it first`);
  if (now && key.kind !== 'pin-transport') throw new CeremonyRefused('--now is for pin-transport keys alone');
  if (key.state !== 'retired') {
    await refuseWhatIsNeeded(ceremony, key, now);
    await registerKeys(dataSource, [{ ...key, state: 'retired' }], registrar);
    told(`${label} is retired`);
  }
  if (key.kind === 'pin-transport') await dropRegister(ceremony, label);
  return { ...key, state: 'retired' };
}

async function refuseWhatIsNeeded(
  { dataSource, now: clock }: Pick<Ceremony, 'dataSource' | 'now'>,
  key: RegisteredKey,
  now: boolean,
): Promise<void> {
  const label = keyLabel(key);
  const using = (await readKeyHolders(dataSource)).filter(({ keys }) => keys[label] === 'current');
  if (using.length > 0)
    throw new CeremonyRefused(`${using.length} running processes still make new values with ${label}`);
  const needed = (await keyReferences(dataSource, key)).filter(({ rows }) => rows > 0);
  if (needed.length > 0) {
    const list = needed.map(({ what, rows }) => `${rows} ${what}`).join(', ');
    throw new CeremonyRefused(`${label} is still needed: ${list}`);
  }
  const accepted = key.expiresAt !== null && key.expiresAt > clock();
  if (accepted && !now) {
    const until = key.expiresAt?.toISOString();
    const sooner = key.kind === 'pin-transport' ? '; --now ends it before' : '';
    throw new CeremonyRefused(`${label} is accepted until ${until}${sooner}`);
  }
}

/** After every replica has stopped accepting envelopes under it. */
async function dropRegister(ceremony: Omit<Ceremony, 'token'>, label: string): Promise<void> {
  const letGo = await askHolders(ceremony, (holders) => !holders.some(({ keys }) => label in keys));
  if (!letGo)
    throw new CeremonyRefused(`running processes still hold ${label}; run this again to drop its register`);
  await dropReplayRegister(ceremony.dataSource, label);
  ceremony.told(`dropped the register of envelopes under ${label}`);
}
