import { CKF_USER_PIN_INITIALIZED, CKU_SO, CKU_USER } from '../libs/hsm/src/pkcs11/constants.js';
import type { Cryptoki, CryptokiSession, Handle } from '../libs/hsm/src/pkcs11/cryptoki.js';

/** A token of a software module, and both its secrets. */
export interface OwnToken {
  readonly cryptoki: Cryptoki;
  readonly label: string;
  readonly userPin: string;
  readonly officerPin: string;
}

/** The slot of the token with this label; initialises a free one when there is none. */
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
  token: OwnToken,
  slot: Handle,
  work: (session: CryptokiSession) => Result,
): Result {
  return as(token.cryptoki, slot, { type: CKU_SO, pin: token.officerPin }, work);
}

export function asUser<Result>(
  token: OwnToken,
  slot: Handle,
  work: (session: CryptokiSession) => Result,
): Result {
  return as(token.cryptoki, slot, { type: CKU_USER, pin: token.userPin }, work);
}

/** Without a login: what whoever reaches the token can do. */
export function asNobody<Result>(
  token: OwnToken,
  slot: Handle,
  work: (session: CryptokiSession) => Result,
): Result {
  return as(token.cryptoki, slot, null, work);
}

function as<Result>(
  cryptoki: Cryptoki,
  slot: Handle,
  user: { readonly type: number; readonly pin: string } | null,
  work: (session: CryptokiSession) => Result,
): Result {
  const session = cryptoki.openSession(slot, 'read-write');
  try {
    if (user !== null) session.login(user.type, user.pin);
    return work(session);
  } finally {
    // Closing the process's last session logs out as well (PKCS#11 3.1, section 5.6.8).
    session.close();
  }
}
