import { HsmMisconfigured } from '../contract/faults.js';
import { keyLabel, type EcSigningKind, type RegisteredKey } from '../contract/keys.js';
import type { EcPublicJwk, RsaPublicJwk } from '../evaluation/thumbprint.js';
import { ckrText, loginVerdict } from './ckr.js';
import type { Cryptoki, CryptokiSession } from './cryptoki.js';
import {
  assertDestroyed,
  assertUnreadable,
  digestKeyWarnings,
  knownKeyWrapFindings,
  makePinObject,
  templateFindings,
} from './enforcement-checks.js';
import { objectOrNull } from './find-key.js';
import { pickUpKeys } from './key-pick-up.js';
import { keySpec } from './key-table.js';
import { assertKnownAnswers } from './known-answer.js';
import { refuseLoginAtRisk } from './login-risks.js';
import { KnownKeyAttack } from './known-key-attack.js';
import { startRouteFindings } from './routes/start-routes.js';
import { assertSeals } from './sealing.js';
import { missingHardwareFlag, softwareFindings } from './software-token.js';
import { Token, type TokenSettings } from './token.js';
import { profileOf } from './vendor-profiles.js';

/** The login failed, though session, device and token were there: the PIN was refused, or may have been. */
export class LoginFailed extends HsmMisconfigured {
  constructor(
    readonly verdict: 'refused' | 'unclear',
    message: string,
  ) {
    super(message);
  }
}

/** Called directly before C_Login, and after it has returned, whether it succeeded or not. */
type RecordLogin = (state: 'begun' | 'answered') => void;

export interface StartOptions {
  /** Threads with a session each. */
  readonly workers?: number;
  readonly recordLogin?: RecordLogin;
}

export interface StartReport {
  /** Public part of every transport key that is held, by kid. */
  readonly transportKeys: readonly ({ readonly kid: string } & RsaPublicJwk)[];
  /** The same of every token-signing key. */
  readonly tokenSigningKeys: readonly ({ readonly kid: string } & RsaPublicJwk)[];
  /** The same of the signing keys on P-256. */
  readonly ecSigningKeys: Readonly<
    Record<EcSigningKind, readonly ({ readonly kid: string } & EcPublicJwk)[]>
  >;
  readonly warnings: readonly string[];
}

/**
 * Initialises the module, logs in once for the whole process and runs the start-up checks of docs/pin-envelope.md.
 *
 * @throws LoginFailed, HsmMisconfigured naming key and attribute, or the module's own error when it is failing
 */
export function startToken(
  cryptoki: Cryptoki,
  settings: TokenSettings,
  withTokenPin: (use: (tokenPin: string) => void) => void,
  { workers = 1, recordLogin = () => undefined }: StartOptions = {},
): { readonly token: Token; readonly report: StartReport } {
  cryptoki.initialize(settings.libraryParameters);
  const token = new Token(cryptoki, settings);
  const { allowLowPinCount = false } = settings;
  refuseLoginAtRisk(token.info, { workers, allowLowPinCount });
  const hardwareWarnings = hardwareOrRefused(token, settings);
  const session = token.openReadWriteSession();
  try {
    withTokenPin((tokenPin) => {
      logIn(() => session.login(token.profile.userType, tokenPin), recordLogin);
    });
    // 1. Keys, by label and attribute.
    const { keys, findings } = pickUpKeys(session, token.profile, token.registeredKeys);
    refuse(findings, settings);
    // 4. The whole path against the ceremony's record. It comes before the checks below, which need it to work.
    assertKnownAnswers(token);
    assertSeals(token);
    assertRetiredKeys(cryptoki, settings, session);
    // 2., 3., 5. What the module enforces, by behaviour.
    const enforcement: string[] = [];
    const warnings: string[] = [];
    using attack = new KnownKeyAttack(session, token.profile);
    // 7. Every other route that is tried quickly.
    const routes = startRouteFindings(token, session, (transport) =>
      makePinObject({ token, session, transport }),
    );
    enforcement.push(...routes.findings);
    warnings.push(...routes.warnings);
    for (const transport of keys.transport.values()) {
      const bench = { token, session, transport };
      assertUnreadable(bench);
      assertDestroyed(bench);
      const knownKeyWrap = knownKeyWrapFindings(bench, attack);
      enforcement.push(...templateFindings(bench), ...knownKeyWrap.findings);
      // 6. Reported, never hidden.
      warnings.push(...knownKeyWrap.warnings, ...digestKeyWarnings(bench));
    }
    refuse(enforcement, settings);
    const weak = [...findings, ...enforcement].map((finding) => `NOT ENFORCED: ${finding}`);
    return {
      token,
      report: {
        transportKeys: publicParts(keys.transport),
        tokenSigningKeys: publicParts(keys.tokenSigning),
        ecSigningKeys: {
          'audit-signing': publicParts(keys.ecSigning['audit-signing'].held),
          'manifest-signing': publicParts(keys.ecSigning['manifest-signing'].held),
        },
        warnings: [...new Set([...hardwareWarnings, ...weak, ...warnings])],
      },
    };
  } finally {
    // The token's own session is open by now; closing the last session would log the process out.
    session.close();
  }
}

/**
 * Checks retired keys that the token still holds like the ones in use. Nothing here uses them, but an object planted in
 * their place may be TRUSTED. A key that was retired before it was finished has no fingerprint.
 *
 * @throws HsmMisconfigured naming key and attribute
 */
function assertRetiredKeys(cryptoki: Cryptoki, settings: TokenSettings, session: CryptokiSession): void {
  const profile = profileOf(settings.profile, settings.profileChanges);
  const isTestable = ({ state, fingerprint, ...key }: RegisteredKey) =>
    state === 'retired' &&
    fingerprint.some((byte) => byte !== 0) &&
    objectOrNull(session, keyLabel(key), keySpec(key.kind, profile)) !== null;
  const retired = new Set(settings.registeredKeys.filter(isTestable));
  if (retired.size === 0) return;
  const registeredKeys = settings.registeredKeys.map((key): RegisteredKey =>
    retired.has(key) ? { ...key, state: 'accepted' } : key,
  );
  const all = new Token(cryptoki, { ...settings, registeredKeys });
  try {
    assertKnownAnswers(all);
  } finally {
    all.close();
  }
}

/** Called before the login. @returns what the deployment has accepted. @throws HsmMisconfigured */
function hardwareOrRefused(
  token: Token,
  { softwareTokens = 'any', allowNoHardwareFlag = false }: TokenSettings,
): readonly string[] {
  if (softwareTokens === 'any') return [];
  const { evidence } = token;
  const { software, notSoftHsm, unknown } = softwareFindings(evidence);
  const isSoftHsm = software.length > 0 && notSoftHsm.length + unknown.length === 0;
  if (isSoftHsm && softwareTokens === 'softhsm2')
    return [`the token is SoftHSM2, whose keys lie in files: a rehearsal (${software.join('; ')})`];
  const missing = missingHardwareFlag(evidence);
  const refused = [...software, ...unknown, ...(missing === null || allowNoHardwareFlag ? [] : [missing])];
  if (refused.length > 0) {
    throw new HsmMisconfigured(`production needs a hardware security module: ${refused.join('; ')}`);
  }
  return missing === null ? [] : [`${missing}; accepted by HSM_ALLOW_NO_HARDWARE_FLAG`];
}

function publicParts<Jwk extends object>(
  held: ReadonlyMap<unknown, { readonly kid: string; readonly jwk: Jwk }>,
): readonly ({ readonly kid: string } & Jwk)[] {
  return [...held.values()].map(({ kid, jwk }) => ({ kid, ...jwk }));
}

function refuse(findings: readonly string[], { allowWeakEnforcement }: TokenSettings): void {
  if (findings.length > 0 && !allowWeakEnforcement) throw new HsmMisconfigured(findings.join('\n'));
}

function logIn(login: () => void, record: RecordLogin): void {
  record('begun');
  try {
    login();
  } catch (error) {
    switch (loginVerdict(error)) {
      case 'not-judged':
        throw error;
      case 'unclear':
        throw new LoginFailed('unclear', `the login failed, perhaps for the token PIN (${ckrText(error)})`);
      case 'refused':
        throw new LoginFailed('refused', `the token refused the login (${ckrText(error)})`);
    }
  } finally {
    record('answered');
  }
}
