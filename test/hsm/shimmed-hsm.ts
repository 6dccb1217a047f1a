import { join } from 'node:path';
import {
  openPinHsm,
  type EvaluationBounds,
  type HsmSettings,
  type PinEnvelope,
  type PinHsm,
  type PinVerifier,
  type TransportKey,
} from '#libs/hsm';
import { bounds, CARD, envelopeFor, evaluationName, NEW_PLACE } from '../support/envelopes.js';
import { hostPids } from '../rigs/host-pids.js';
import { buildShim, setFaults, shimEnvironment, ShimLog, type Fault } from '../rigs/shim.js';
import { HOST_ENTRY, makeTestToken, type TestToken } from '../rigs/token.js';

const PIN = '483216';

/** A SoftHSM2 token behind the shim, which counts and misbehaves on demand. */
export interface ShimmedHsm {
  readonly hsm: PinHsm;
  readonly key: TransportKey;
  /** Of the right PIN. */
  readonly verifier: PinVerifier;
  readonly log: ShimLog;
  readonly token: TestToken;
  faults(...faults: readonly Fault[]): void;
  envelope(pin?: string): Promise<PinEnvelope>;
  match(envelope: PinEnvelope, within?: EvaluationBounds): ReturnType<PinHsm['matchPin']>;
  /** C_UnwrapKey calls with this envelope that the real module was asked for. */
  evaluations(envelope: PinEnvelope): number;
  close(): Promise<void>;
}

export async function openShimmedHsm(changed: Partial<HsmSettings> = {}): Promise<ShimmedHsm> {
  const token = await makeTestToken();
  const log = new ShimLog(join(token.directory, 'shim.log'));
  const faultFile = join(token.directory, 'faults');
  setFaults(faultFile, []);
  const hsm = await openPinHsm({ ...shimmedSettings(token), ...changed });
  const [key] = hsm.transportKeys();
  if (key === undefined) throw new Error('no transport key');
  const envelope = (pin = PIN) => envelopeFor(pin, key);
  const verifier = await enrol(hsm, await envelope());
  return {
    hsm,
    key,
    token,
    log,
    envelope,
    verifier,
    faults: (...faults) => setFaults(faultFile, faults),
    async match(sent, within = bounds()) {
      using place = hsm.reserve();
      return await hsm.matchPin(place, {
        card: CARD,
        evaluation: evaluationName(),
        envelope: sent,
        verifier,
        bounds: within,
      });
    },
    evaluations: ({ ciphertext }) => {
      const prefix = prefixOf(ciphertext);
      return log.unwraps().filter((unwrap) => unwrap.ciphertext === prefix).length;
    },
    async close() {
      await hsm.close();
      await token.remove();
    },
  };
}

/** Settings of an HSM whose module is the shim in front of this token. */
export function shimmedSettings(token: TestToken): HsmSettings {
  const files = {
    module: token.module,
    log: join(token.directory, 'shim.log'),
    faults: join(token.directory, 'faults'),
  };
  return {
    ...token,
    module: buildShim(),
    environment: { ...token.environment, ...shimEnvironment(files) },
    profile: 'softhsm2',
    workers: 2,
    queueCapacity: 16,
    allowWeakEnforcement: false,
    weakPins: ['1234'],
    evaluationWindowMs: 10_000,
    registeredKeys: async () => token.registeredKeys,
    reserveSeals: async () => undefined,
    hostEntry: HOST_ENTRY,
  };
}

/** The first 16 bytes, as the shim's log and control file name a ciphertext. */
export function prefixOf(ciphertext: Buffer): string {
  return ciphertext.toString('hex', 0, 16);
}

export function onlyHost(): number {
  const [pid, ...others] = hostPids();
  if (pid === undefined || others.length > 0) throw new Error('there is not exactly one HSM host');
  return pid;
}

async function enrol(hsm: PinHsm, envelope: PinEnvelope): Promise<PinVerifier> {
  const weakPins = await hsm.tagWeakPins(CARD);
  using place = hsm.reserve();
  const result = await hsm.enrolPin(place, {
    card: CARD,
    ...NEW_PLACE,
    envelope,
    weakPins,
    history: [],
    bounds: bounds(),
  });
  if (result.outcome !== 'enrolled') throw new Error(result.outcome);
  return result.verifier;
}
