import { inSession, type Login } from '#libs/key-ceremony';
import { SecretText } from '#libs/secret-text';
import { CKF_USER_PIN_INITIALIZED, type Cryptoki, type CryptokiSession, type Handle } from '#libs/hsm/pkcs11';

/** A token of a software module, and both its secrets. */
export interface OwnToken {
  readonly cryptoki: Cryptoki;
  readonly label: string;
  readonly userPin: string;
  readonly officerPin: string;
}

/** The slot of the token with this label; if there is none, a free one is initialised. */
export function tokenSlot({ cryptoki, label, userPin, officerPin }: OwnToken): Handle {
  if (cryptoki.slotsWithToken(label).length === 0) {
    const free = cryptoki.slots().at(-1);
    if (free === undefined) throw new Error('the module offers no slot to initialise');
    // SoftHSM2 always offers one slot with an uninitialised token, as its last.
    cryptoki.initToken(free, officerPin, label);
  }
  const slots = cryptoki.slotsWithToken(label);
  const [slot] = slots;
  if (slot === undefined || slots.length !== 1) throw new Error(`${slots.length} tokens have this label`);
  if ((cryptoki.tokenInfo(slot).flags & CKF_USER_PIN_INITIALIZED) === 0) {
    asOfficer({ cryptoki, label, userPin, officerPin }, slot, (session) => session.initUserPin(userPin));
  }
  return slot;
}

export function asOfficer<Result>(
  { cryptoki, officerPin }: OwnToken,
  slot: Handle,
  work: (session: CryptokiSession) => Result,
): Result {
  return inSession({ cryptoki, slot, login: login('officer', officerPin) }, work);
}

export function asUser<Result>(
  { cryptoki, userPin }: OwnToken,
  slot: Handle,
  work: (session: CryptokiSession) => Result,
): Result {
  return inSession({ cryptoki, slot, login: login('user', userPin) }, work);
}

function login(role: Login['role'], pin: string): Login {
  return { role, pin: new SecretText(pin) };
}
