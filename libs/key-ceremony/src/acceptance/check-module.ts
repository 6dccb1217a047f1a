import { HsmMisconfigured, LoginRefused, type RegisteredKey } from '#libs/hsm';
import type { SecretText } from '#libs/secret-text';
import { type Cryptoki, ckrText, onlySlot, profileOf, startToken, useVendorErrors } from '#libs/hsm/pkcs11';
import { loadModule, type CeremonyTokenSettings } from '../ceremony-token.js';
import { inSession } from '../token-roles.js';
import { CheckBench } from './check-bench.js';
import { enforcementChecks } from './enforcement.js';
import { everyRouteChecks } from './every-route.js';
import type { Finding } from './finding.js';
import { gcmChecks } from './gcm-checks.js';
import {
  garbageChecks,
  keySizeChecks,
  keyWrapChecks,
  mechanismChecks,
  oaepChecks,
  tokenChecks,
} from './module-checks.js';
import { freshStartChecks, lostSessionChecks, rateChecks, sessionLimitChecks } from './session-checks.js';
import {
  makeTrustedTestKey,
  removeTrustedTestKeys,
  trustedKeyChecks,
  type TrustedTestKeyMakers,
} from './trusted-key.js';

export interface CheckModuleRequest extends CeremonyTokenSettings {
  /** For the user who makes keys. */
  readonly userPin: SecretText;
  /** For the user of the service's login; the same user if the profile knows no other. */
  readonly servicePin: SecretText;
  /** Makes a TRUSTED key for the check, and removes it again. */
  readonly officerPin: SecretText | null;
  /** For the start-up checks of the service's own keys; null when none are registered. */
  readonly registeredKeys: readonly RegisteredKey[] | null;
}

/** Called as the check goes on: if a module hangs or crashes, it does so in the group named last. */
export interface CheckListener {
  readonly told: (group: string) => void;
  readonly found: (findings: readonly Finding[]) => void;
}

/**
 * Tries a module by its behaviour, with keys of its own that end with its session; keys on the token are only read.
 *
 * @throws HsmMisconfigured when there is nothing to try: no module, no token, no login
 */
export function checkModule(request: CheckModuleRequest, listener: CheckListener): void {
  const { tokenLabel, userPin, officerPin, servicePin, libraryParameters } = request;
  const profile = profileOf(request.profile, request.profileChanges);
  useVendorErrors(request.profileChanges?.errors ?? {});
  const cryptoki = loadModule(request);
  const group = groups(listener);
  try {
    const slot = onlySlot(cryptoki, tokenLabel);
    // Before anything is made: after a refused login it could not be removed.
    inSession({ cryptoki, slot, login: { role: 'user', pin: userPin } }, () => undefined);
    const makers = officerPin === null ? null : { cryptoki, slot, profile, userPin, officerPin };
    if (makers !== null) {
      listener.told('trusted key');
      listener.found(madeTrustedKey(makers));
    }
    try {
      sessionOfTheUser(request, { cryptoki, slot, profile }, group);
    } finally {
      if (makers !== null) group('removal of the trusted key', () => removedTrustedKey(makers));
    }
    // After the removal: those checks take the test's own key for a stranger with the TRUSTED flag.
    group('registered keys', () => registeredKeyChecks(cryptoki, request));
    group('fresh start', () =>
      freshStartChecks({ cryptoki, slot, profile }, { pin: servicePin, libraryParameters }),
    );
  } finally {
    cryptoki.finalize();
  }
}

/** Removes what an interrupted check left. @throws HsmMisconfigured, or the module's refusal */
export function removeTestKeys(request: CheckModuleRequest): void {
  const { officerPin, userPin } = request;
  if (officerPin === null) return;
  const cryptoki = loadModule(request);
  try {
    const slot = onlySlot(cryptoki, request.tokenLabel);
    const profile = profileOf(request.profile, request.profileChanges);
    removeTrustedTestKeys({ cryptoki, slot, profile, userPin, officerPin });
  } finally {
    cryptoki.finalize();
  }
}

type Group = (name: string, checks: () => readonly Finding[]) => void;

/** A group that cannot be run at all is itself a finding. */
function groups({ told, found }: CheckListener): Group {
  return (name, checks) => {
    told(name);
    try {
      found(checks());
    } catch (error) {
      found([{ area: name, check: 'could be made', result: 'fail', detail: `refused (${ckrText(error)})` }]);
    }
  };
}

function sessionOfTheUser(
  { userPin: pin }: CheckModuleRequest,
  { cryptoki, slot, profile }: Pick<CheckBench, 'cryptoki' | 'slot' | 'profile'>,
  group: Group,
): void {
  inSession({ cryptoki, slot, login: { role: 'user', pin } }, (session) => {
    const bench = new CheckBench(cryptoki, slot, session, profile);
    group('token', () => tokenChecks(bench));
    group('mechanisms', () => mechanismChecks(bench));
    group('key sizes', () => keySizeChecks(bench));
    group('key wrap', () => keyWrapChecks(bench));
    group('AES-GCM', () => gcmChecks(bench));
    group('transport key', () => {
      const key = bench.makeTransportKey();
      group('OAEP', () => oaepChecks(bench, key));
      group('PIN stays inside', () => enforcementChecks(bench, key));
      group('every route', () => everyRouteChecks(bench, key));
      group('answers', () => garbageChecks(bench, key));
      group('use of the trusted key', () => trustedKeyChecks(bench, key));
      group('rates', () => rateChecks(bench, key));
      return [];
    });
    group('sessions', () => [...sessionLimitChecks(bench), ...lostSessionChecks(bench)]);
  });
}

/** @throws LoginRefused; then nothing of the check is left */
function madeTrustedKey(makers: TrustedTestKeyMakers): readonly Finding[] {
  try {
    removeTrustedTestKeys(makers);
    makeTrustedTestKey(makers);
    return [];
  } catch (error) {
    // The key that the user made for the officer to mark.
    if (makers.profile.trustedKeys === 'marked-by-officer') removeTrustedTestKeys(makers);
    if (error instanceof LoginRefused) throw error;
    const detail = `the officer could not make one (${ckrText(error)})`;
    return [{ area: 'trusted key', check: 'can be made', result: 'fail', detail }];
  }
}

function removedTrustedKey(makers: TrustedTestKeyMakers): readonly Finding[] {
  try {
    removeTrustedTestKeys(makers);
    return [];
  } catch (error) {
    const detail = `could not be removed (${ckrText(error)}): remove it with the vendor's tools, it stops services`;
    return [{ area: 'trusted key', check: "the check's own", result: 'fail', detail }];
  }
}

/** The service's own start-up checks on the registered keys, as the service's user. */
function registeredKeyChecks(
  cryptoki: Cryptoki,
  { registeredKeys, tokenLabel, profile, profileChanges, servicePin }: CheckModuleRequest,
): readonly Finding[] {
  const found = { area: 'registered keys', check: 'start-up checks' } as const;
  if (registeredKeys === null || registeredKeys.length === 0)
    return [{ ...found, result: 'unknown', detail: 'no keys are registered yet, or no database was named' }];
  const settings = { tokenLabel, profile, profileChanges, registeredKeys, allowWeakEnforcement: false };
  try {
    const { token, report } = startToken(cryptoki, settings, (use) => use(servicePin.reveal()));
    token.close();
    return [
      { ...found, result: 'pass', detail: `${registeredKeys.length} keys are as they were registered` },
      ...report.warnings.map((detail): Finding => ({ ...found, result: 'warning', detail })),
    ];
  } catch (error) {
    const detail = error instanceof HsmMisconfigured ? error.message : ckrText(error);
    return [{ ...found, result: 'fail', detail }];
  }
}
