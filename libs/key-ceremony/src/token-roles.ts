import { LoginRefused, type ProfileChanges, type VendorProfileName } from '#libs/hsm';
import type { SecretText } from '#libs/secret-text';
import {
  CKU_SO,
  CKU_USER,
  type Cryptoki,
  type CryptokiSession,
  type Handle,
  ckrText,
  profileOf,
} from '#libs/hsm/pkcs11';

/** Who logs in. The service may use a user with fewer rights than the one who makes keys. */
export type TokenRole = 'officer' | 'user';

export interface TokenProfile {
  readonly profile: VendorProfileName;
  readonly profileChanges?: ProfileChanges | undefined;
}

export interface Login {
  readonly role: TokenRole;
  readonly pin: SecretText;
}

/** Roles with a part in making keys; if a vendor's tool sets the mark, the officer has none here. */
export function rolesOf({ profile, profileChanges }: TokenProfile): readonly TokenRole[] {
  const { trustedKeys } = profileOf(profile, profileChanges);
  return trustedKeys === 'marked-outside' ? ['user'] : ['officer', 'user'];
}

/** Whether the service logs in as the user who makes keys, or as one with fewer rights. */
export function servesAsUser({ profile, profileChanges }: TokenProfile): boolean {
  return profileOf(profile, profileChanges).userType === CKU_USER;
}

const WHO: Readonly<Record<TokenRole, string>> = { officer: 'security officer', user: 'crypto user' };

/**
 * One piece of work in its own session, logged in or, for null, as any process that reaches the token. Closing the
 * process's last session also logs out (PKCS#11 3.1, section 5.6.8), so roles follow one another.
 *
 * @throws LoginRefused, or the error of the work
 */
export function inSession<Result>(
  {
    cryptoki,
    slot,
    login,
  }: { readonly cryptoki: Cryptoki; readonly slot: Handle; readonly login: Login | null },
  work: (session: CryptokiSession) => Result,
): Result {
  const session = cryptoki.openSession(slot, 'read-write');
  try {
    if (login !== null) logIn(session, login);
    return work(session);
  } finally {
    session.close();
  }
}

function logIn(session: CryptokiSession, { role, pin }: Login): void {
  try {
    session.login(role === 'officer' ? CKU_SO : CKU_USER, pin.reveal());
  } catch (error) {
    // Whatever the module's number: a failed login is never tried again, since tokens lock after a few.
    throw new LoginRefused(
      `the token refused the login of the ${WHO[role]} (${ckrText(error)}); it is not tried again`,
    );
  }
}
