/**
 * The only file that knows CKR numbers (PKCS#11 3.1, section 5.1). Numbers are compared, never names: the binding
 * prints every vendor code as CKR_VENDOR_DEFINED.
 */
const CKR = {
  HOST_MEMORY: 0x2,
  GENERAL_ERROR: 0x5,
  FUNCTION_FAILED: 0x6,
  DEVICE_ERROR: 0x30,
  DEVICE_MEMORY: 0x31,
  DEVICE_REMOVED: 0x32,
  KEY_HANDLE_INVALID: 0x60,
  OBJECT_HANDLE_INVALID: 0x82,
  PIN_INCORRECT: 0xa0,
  PIN_INVALID: 0xa1,
  PIN_LEN_RANGE: 0xa2,
  PIN_EXPIRED: 0xa3,
  PIN_LOCKED: 0xa4,
  SESSION_CLOSED: 0xb0,
  SESSION_HANDLE_INVALID: 0xb3,
  TOKEN_NOT_PRESENT: 0xe0,
  TOKEN_NOT_RECOGNIZED: 0xe1,
  UNWRAPPING_KEY_HANDLE_INVALID: 0xf0,
  USER_ALREADY_LOGGED_IN: 0x100,
  USER_NOT_LOGGED_IN: 0x101,
  USER_PIN_NOT_INITIALIZED: 0x102,
  USER_TYPE_INVALID: 0x103,
  WRAPPING_KEY_HANDLE_INVALID: 0x113,
  TEMPLATE_INCONSISTENT: 0xd1,
  CRYPTOKI_NOT_INITIALIZED: 0x190,
  CRYPTOKI_ALREADY_INITIALIZED: 0x191,
} as const;

/** 0x80000000 and up belong to the vendors. */
const CKR_VENDOR_DEFINED = 0x80000000;

/**
 * - `session`: the session or its handles are gone; open it again, find the keys again, try once more.
 * - `device`: module, token or login are gone; only a fresh process recovers.
 * - `token-pin`: the login was refused; final, never tried again: three wrong logins lock a real token.
 * - `other`: says nothing by itself. SoftHSM2 answers both garbage and trouble with CKR_GENERAL_ERROR.
 */
export type CkrClass = 'session' | 'device' | 'token-pin' | 'other';

const CLASSES = new Map<number, CkrClass>([
  [CKR.SESSION_CLOSED, 'session'],
  [CKR.SESSION_HANDLE_INVALID, 'session'],
  [CKR.OBJECT_HANDLE_INVALID, 'session'],
  [CKR.KEY_HANDLE_INVALID, 'session'],
  [CKR.WRAPPING_KEY_HANDLE_INVALID, 'session'],
  [CKR.UNWRAPPING_KEY_HANDLE_INVALID, 'session'],
  [CKR.HOST_MEMORY, 'device'],
  [CKR.DEVICE_ERROR, 'device'],
  [CKR.DEVICE_MEMORY, 'device'],
  [CKR.DEVICE_REMOVED, 'device'],
  [CKR.TOKEN_NOT_PRESENT, 'device'],
  [CKR.TOKEN_NOT_RECOGNIZED, 'device'],
  [CKR.USER_NOT_LOGGED_IN, 'device'],
  [CKR.CRYPTOKI_NOT_INITIALIZED, 'device'],
  [CKR.PIN_INCORRECT, 'token-pin'],
  [CKR.PIN_INVALID, 'token-pin'],
  [CKR.PIN_LEN_RANGE, 'token-pin'],
  [CKR.PIN_EXPIRED, 'token-pin'],
  [CKR.PIN_LOCKED, 'token-pin'],
  [CKR.USER_PIN_NOT_INITIALIZED, 'token-pin'],
  [CKR.USER_TYPE_INVALID, 'token-pin'],
]);

let vendorErrors: ReadonlyMap<number, CkrClass> = new Map();

/** What the numbers of this process's module mean (docs/hsm/README.md); a process loads one module. */
export function useVendorErrors(errors: Readonly<Record<string, CkrClass>>): void {
  vendorErrors = new Map(Object.entries(errors).map(([number, meaning]) => [Number(number), meaning]));
}

/** The CKR number of an error thrown by the binding, or null when it did not come from the module. */
export function ckrOf(error: unknown): number | null {
  if (!(error instanceof Error)) return null;
  // Some calls throw a plain Error("CKR_X:NN") without `code`, and vendors' numbers may come out negative.
  if ('code' in error && typeof error.code === 'number' && error.code !== 0) return error.code >>> 0;
  const number = /CKR_\w+:(\d+)/.exec(error.message)?.[1];
  return number === undefined ? null : Number(number) >>> 0;
}

export function ckrClass(error: unknown): CkrClass {
  const ckr = ckrOf(error);
  if (ckr === null) return 'other';
  return vendorErrors.get(ckr) ?? CLASSES.get(ckr) ?? (ckr >= CKR_VENDOR_DEFINED ? 'device' : 'other');
}

/**
 * What a failed C_Login says about the PIN, so that repeated logins never lock a token.
 * - `not-judged`: session, device, token or memory were missing, so the PIN was not looked at (PKCS#11 3.1, sections
 *   5.1.1 to 5.1.3). Another login is safe.
 * - `unclear`: the two codes that the standard leaves without a definite cause (section 5.1.1).
 * - `refused`: everything else. Codes that the standard does not list for C_Login (section 5.6.8), and vendors'
 *   numbers,
 *   may all mean a wrong PIN.
 */
export type LoginVerdict = 'not-judged' | 'unclear' | 'refused';

const LOGIN_VERDICTS = new Map<number, LoginVerdict>([
  [CKR.HOST_MEMORY, 'not-judged'],
  [CKR.DEVICE_ERROR, 'not-judged'],
  [CKR.DEVICE_MEMORY, 'not-judged'],
  [CKR.DEVICE_REMOVED, 'not-judged'],
  [CKR.SESSION_CLOSED, 'not-judged'],
  [CKR.SESSION_HANDLE_INVALID, 'not-judged'],
  [CKR.TOKEN_NOT_PRESENT, 'not-judged'],
  [CKR.TOKEN_NOT_RECOGNIZED, 'not-judged'],
  [CKR.CRYPTOKI_NOT_INITIALIZED, 'not-judged'],
  [CKR.GENERAL_ERROR, 'unclear'],
  [CKR.FUNCTION_FAILED, 'unclear'],
]);

/** Only the deployment can say that a vendor's number means session or device (docs/hsm/README.md). */
export function loginVerdict(error: unknown): LoginVerdict {
  const ckr = ckrOf(error);
  if (ckr === null) return 'refused';
  const named = ckr >= CKR_VENDOR_DEFINED ? vendorErrors.get(ckr) : undefined;
  if (named === 'device' || named === 'session') return 'not-judged';
  return LOGIN_VERDICTS.get(ckr) ?? 'refused';
}

export function isAlreadyInitialized(error: unknown): boolean {
  return ckrOf(error) === CKR.CRYPTOKI_ALREADY_INITIALIZED;
}

export function isAlreadyLoggedIn(error: unknown): boolean {
  return ckrOf(error) === CKR.USER_ALREADY_LOGGED_IN;
}

/** The key's CKA_UNWRAP_TEMPLATE and the caller's attributes disagree. */
export function isTemplateConflict(error: unknown): boolean {
  return ckrOf(error) === CKR.TEMPLATE_INCONSISTENT;
}

/** For an operator's message; errors that do not come from the module are named by class only. */
export function ckrText(error: unknown): string {
  const ckr = ckrOf(error);
  return ckr === null ? 'an error outside the module' : `CKR 0x${ckr.toString(16)}`;
}

/** The module's refusal as text, or null when the call succeeded. */
export function refusalOf(call: () => unknown): string | null {
  try {
    call();
    return null;
  } catch (error) {
    if (!(error instanceof Error)) throw error;
    return ckrText(error);
  }
}

const ATTEMPTS = 3;

/**
 * Repeats the call when the module's number says nothing: garbage and trouble look alike, and a single refusal must not
 * keep a service from starting. A number that does say something is thrown at once.
 */
export function retry<Result>(call: () => Result, left = ATTEMPTS - 1): Result {
  try {
    return call();
  } catch (error) {
    if (left === 0 || ckrClass(error) !== 'other') throw error;
    return retry(call, left - 1);
  }
}
