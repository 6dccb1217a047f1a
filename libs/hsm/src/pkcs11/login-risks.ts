import { HsmMisconfigured } from '../contract/faults.js';
import type { TokenInfo } from './info.js';

/** CK_TOKEN_INFO flags (PKCS#11 3.1, table 10). */
const CKF_USER_PIN_COUNT_LOW = 0x10000;
const CKF_USER_PIN_FINAL_TRY = 0x20000;
const CKF_USER_PIN_LOCKED = 0x40000;

/** Besides the workers': one for the start-up checks, and one that is opened before its predecessor closes. */
const FURTHER_SESSIONS = 2;

const REMEDY = "log in once with the right PIN by the vendor's own tool, which takes the mark away";

export interface LoginPlan {
  /** One session each. */
  readonly workers: number;
  /** Goes on although a login was refused before, but never on the final try. */
  readonly allowLowPinCount: boolean;
}

/**
 * Looks at the token before the token PIN is used. A wrong login costs one of few tries, and a login is useless if too
 * few sessions can follow.
 *
 * @throws HsmMisconfigured
 */
export function refuseLoginAtRisk(
  { flags, maxSessions }: TokenInfo,
  { workers, allowLowPinCount }: LoginPlan,
): void {
  const has = (flag: number) => (flags & flag) !== 0;
  if (has(CKF_USER_PIN_LOCKED))
    throw new HsmMisconfigured('the token PIN is locked (CKF_USER_PIN_LOCKED): no login is tried');
  if (has(CKF_USER_PIN_FINAL_TRY))
    throw new HsmMisconfigured(
      `the next wrong token PIN locks the token (CKF_USER_PIN_FINAL_TRY): no login is tried; ${REMEDY}`,
    );
  if (has(CKF_USER_PIN_COUNT_LOW) && !allowLowPinCount)
    throw new HsmMisconfigured(
      'a wrong token PIN was given since the last login (CKF_USER_PIN_COUNT_LOW): no login is tried; compare ' +
        `PKCS11_TOKEN_PIN with the token, then ${REMEDY}, or start once with HSM_ALLOW_LOW_PIN_COUNT=true`,
    );
  const needed = workers + FURTHER_SESSIONS;
  // 0 is CK_EFFECTIVELY_INFINITE; CK_UNAVAILABLE_INFORMATION is the largest number of the type.
  if (maxSessions > 0 && maxSessions < needed)
    throw new HsmMisconfigured(
      `the token allows ${maxSessions} sessions (ulMaxSessionCount), HSM_WORKERS=${workers} takes ${needed}: lower HSM_WORKERS`,
    );
}
