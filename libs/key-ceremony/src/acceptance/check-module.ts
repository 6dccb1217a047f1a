import { HsmMisconfigured, type RegisteredKey } from '#libs/hsm';
import type { SecretText } from '#libs/secret-text';
import { ckrClass, ckrText, useVendorErrors } from '../../../hsm/src/pkcs11/ckr.js';
import { CKU_USER } from '../../../hsm/src/pkcs11/constants.js';
import type { Cryptoki } from '../../../hsm/src/pkcs11/cryptoki.js';
import { startToken } from '../../../hsm/src/pkcs11/start-token.js';
import { onlySlot } from '../../../hsm/src/pkcs11/token.js';
import { profileOf } from '../../../hsm/src/pkcs11/vendor-profiles.js';
import { loadModule, type CeremonyTokenSettings } from '../ceremony-token.js';
import { CheckBench } from './check-bench.js';
import { enforcementChecks } from './enforcement.js';
import type { Finding } from './finding.js';
import {
  garbageChecks,
  gcmChecks,
  keySizeChecks,
  keyWrapChecks,
  mechanismChecks,
  oaepChecks,
  tokenChecks,
} from './module-checks.js';
import { freshStartChecks, lostSessionChecks, rateChecks, sessionLimitChecks } from './session-checks.js';
import { makeTrustedTestKey, trustedKeyChecks, type TrustedTestKey } from './trusted-key.js';

export interface CheckModuleRequest extends CeremonyTokenSettings {
  readonly userPin: SecretText;
  /** Makes a TRUSTED key for the check, and removes it again. */
  readonly officerPin: SecretText | null;
  /** For the start-up checks of the service's own keys; null when none are known. */
  readonly registeredKeys: readonly RegisteredKey[] | null;
  /** Told before each group of checks: a module that hangs or crashes does so in the one named last. */
  readonly told: (step: string) => void;
}

/**
 * Tries a module by its behaviour, with keys of its own that end with its session; the keys on the token are only read.
 *
 * @throws HsmMisconfigured when there is nothing to try: no module, no token, no login
 */
export function checkModule(request: CheckModuleRequest): readonly Finding[] {
  const { tokenLabel, userPin, officerPin, told } = request;
  const profile = profileOf(request.profile, request.profileChanges);
  useVendorErrors(request.profileChanges?.errors ?? {});
  const cryptoki = loadModule(request);
  const slot = onlySlot(cryptoki, tokenLabel);
  told('trusted key');
  const trusted = trustedKey(() =>
    officerPin === null ? null : makeTrustedTestKey(cryptoki, slot, { profile, userPin, officerPin }),
  );
  const findings: Finding[] = [];
  const session = attempt('no session can be opened', () => cryptoki.openSession(slot, 'read-write'));
  try {
    attempt('the login was refused and is not tried again', () => session.login(CKU_USER, userPin.reveal()));
    const bench = new CheckBench(cryptoki, slot, session, profile);
    const group = (name: string, checks: () => readonly Finding[]) => {
      told(name);
      findings.push(...guarded(name, checks));
    };
    group('token', () => tokenChecks(bench));
    group('mechanisms', () => mechanismChecks(bench));
    group('key sizes', () => keySizeChecks(bench));
    group('key wrap', () => keyWrapChecks(bench));
    group('AES-GCM', () => gcmChecks(bench));
    group('transport key', () => {
      const key = bench.makeTransportKey();
      group('OAEP', () => oaepChecks(bench, key));
      group('PIN stays inside', () => enforcementChecks(bench, key));
      group('answers', () => garbageChecks(bench, key));
      group('trusted key', () => trusted.finding ?? trustedKeyChecks(bench, key, trusted.key));
      group('rates', () => rateChecks(bench, key));
      return [];
    });
    group('sessions', () => [...sessionLimitChecks(bench), ...lostSessionChecks(bench)]);
    session.close();
    trusted.key?.remove();
    // After the removal: to them the test's own key is a stranger with the TRUSTED flag.
    group('registered keys', () => registeredKeyChecks(cryptoki, request));
    group('fresh start', () => {
      const { libraryParameters } = request;
      return freshStartChecks(bench, { pin: userPin, libraryParameters });
    });
    return findings;
  } finally {
    cryptoki.finalize();
  }
}

/** The service's own start-up checks, on the keys that are registered. */
function registeredKeyChecks(
  cryptoki: Cryptoki,
  { registeredKeys, tokenLabel, profile, profileChanges, userPin }: CheckModuleRequest,
): readonly Finding[] {
  const found = { area: 'registered keys', check: 'start-up checks' } as const;
  if (registeredKeys === null || registeredKeys.length === 0)
    return [{ ...found, result: 'unknown', detail: 'no keys are registered yet, or no database was named' }];
  const settings = { tokenLabel, profile, profileChanges, registeredKeys, allowWeakEnforcement: false };
  try {
    const { token, report } = startToken(cryptoki, settings, userPin.reveal());
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

/** A group that cannot be made at all is a finding of its own. */
function guarded(area: string, checks: () => readonly Finding[]): readonly Finding[] {
  try {
    return checks();
  } catch (error) {
    return [{ area, check: 'could be made', result: 'fail', detail: `refused (${ckrText(error)})` }];
  }
}

interface TrustedKeyTry {
  readonly key: TrustedTestKey | null;
  /** Where the officer could not make one. */
  readonly finding: readonly Finding[] | null;
}

function trustedKey(make: () => TrustedTestKey | null): TrustedKeyTry {
  try {
    return { key: make(), finding: null };
  } catch (error) {
    if (ckrClass(error) === 'token-pin')
      throw new HsmMisconfigured(
        `the officer's login was refused (${ckrText(error)}); it is not tried again`,
      );
    const detail = `the officer could not make one (${ckrText(error)})`;
    return {
      key: null,
      finding: [{ area: 'trusted key', check: 'wraps a PIN object', result: 'fail', detail }],
    };
  }
}

function attempt<Value>(what: string, call: () => Value): Value {
  try {
    return call();
  } catch (error) {
    throw new HsmMisconfigured(`${what} (${ckrText(error)})`);
  }
}
