import { writeFileSync } from 'node:fs';
import { expect } from 'vitest';
import {
  currentKey,
  openPinHsm,
  parseProfileChanges,
  TokenPin,
  type PinHsm,
  type VendorProfileName,
} from '#libs/hsm';
import { inSession } from '#libs/key-ceremony';
import { readRegisteredKeys } from '#libs/keys';
import { SecretText } from '#libs/secret-text';
import { Cryptoki, type CryptokiSession, onlySlot } from '#libs/hsm/pkcs11';
import { developmentClients } from '../../scripts/development/development-clients.js';
import { KeysKit, SECRETS } from '../pinctl/keys-kit.js';
import type { Outcome } from '../pinctl/pinctl-process.js';
import { runDemo } from '../rigs/run-demo.js';
import { ServiceProcess, TestIdentity } from '../rigs/service-process.js';
import { compileModule } from '../rigs/shim.js';
import { HOST_ENTRY, SOFTHSM_MODULE } from '../rigs/token.js';
import { describeHsmContract, QUEUE_CAPACITY, WEAK_PINS, withCurrent } from './contract-suite.js';

/** A module that wants what a vendor documents, with SoftHSM2 behind it. */
export interface Shape {
  readonly profile: VendorProfileName;
  /** In test/rigs. */
  readonly source: string;
  /** What the module reads. */
  readonly environment: Readonly<Record<string, string>>;
  /** Of the user who makes keys. */
  readonly userPin: string;
  /** Of the user whom the service logs in as. */
  readonly servicePin: string;
}

export const LUNA: Shape = {
  profile: 'luna',
  source: 'luna-shaped-module.c',
  userPin: SECRETS.userPin,
  servicePin: '22360679',
  environment: {
    PINWARD_LUNA_MODULE: SOFTHSM_MODULE,
    PINWARD_LUNA_OFFICER_LOGIN: SECRETS.userPin,
    PINWARD_LUNA_USER_LOGIN: '22360679',
  },
};

export const CLOUDHSM: Shape = {
  profile: 'cloudhsm',
  source: 'cloudhsm-shaped-module.c',
  userPin: `pinward:${SECRETS.userPin}`,
  servicePin: `pinward:${SECRETS.userPin}`,
  environment: { PINWARD_CLOUDHSM_MODULE: SOFTHSM_MODULE },
};

/** What SoftHSM2 cannot do: OAEP with SHA-256, and a private key that its officer sees. */
export const SOFTHSM_CANNOT = { transportAlgorithm: 'RSA-OAEP', officerKeysPrivate: false } as const;

export function compileShape({ source }: Shape, file: string): string {
  return compileModule(new URL(`../rigs/${source}`, import.meta.url), file);
}

interface Report {
  readonly findings: readonly { readonly check: string; readonly result: string; readonly detail: string }[];
}

/** An empty token behind a shaped module, an empty database, and the secrets of all roles. */
export class ShapedKit implements AsyncDisposable {
  #records = 0;

  private constructor(
    readonly keys: KeysKit,
    private readonly shape: Shape,
    private readonly environment: Readonly<Record<string, string>>,
  ) {}

  static async open(shape: Shape): Promise<ShapedKit> {
    const keys = await KeysKit.open();
    writeFileSync(keys.file('profile.json'), JSON.stringify(SOFTHSM_CANNOT));
    return new ShapedKit(keys, shape, {
      ...keys.environment,
      ...shape.environment,
      PKCS11_MODULE: compileShape(shape, keys.file('shaped.so')),
      PKCS11_PROFILE: shape.profile,
      PKCS11_PROFILE_FILE: keys.file('profile.json'),
      PKCS11_SERVICE_PIN: shape.servicePin,
      PKCS11_TOKEN_PIN: shape.userPin,
    });
  }

  async run(args: readonly string[], changed: Readonly<Record<string, string>> = {}): Promise<Outcome> {
    return await this.keys.run(args, { ...this.environment, ...changed });
  }

  async making(...args: readonly string[]): Promise<Outcome> {
    this.#records += 1;
    return await this.run([...args, '--yes', '--record', this.keys.file(`record-${this.#records}`)]);
  }

  async check(changed: Readonly<Record<string, string>> = {}): Promise<{
    readonly code: number | null;
    readonly failures: readonly string[];
    readonly report: Report;
  }> {
    const { code, stdout } = await this.run(['hsm', 'check', '--officer', '--json'], changed);
    const report = JSON.parse(stdout) as Report;
    const failures = report.findings.filter(({ result }) => result === 'fail');
    return { code, report, failures: failures.map(({ check: name, detail }) => `${name}: ${detail}`) };
  }

  /** On SoftHSM2 itself: what a process that reaches the token does, or a vendor's own tool. */
  behind(role: 'user' | 'officer', work: (session: CryptokiSession) => void): void {
    process.env['SOFTHSM2_CONF'] = this.environment['SOFTHSM2_CONF'];
    const cryptoki = new Cryptoki(SOFTHSM_MODULE);
    cryptoki.initialize();
    try {
      const slot = onlySlot(cryptoki, this.environment['PKCS11_TOKEN_LABEL'] ?? '');
      const pin = new SecretText(role === 'user' ? SECRETS.userPin : SECRETS.officerPin);
      inSession({ cryptoki, slot, login: { role, pin } }, work);
    } finally {
      cryptoki.finalize();
    }
  }

  async openHsm(currentWrapping: number): Promise<PinHsm> {
    const keys = await readRegisteredKeys(this.keys.owner);
    const { PKCS11_MODULE: module = '', PKCS11_TOKEN_LABEL: tokenLabel = '' } = this.environment;
    return await openPinHsm({
      module,
      tokenLabel,
      tokenPin: new TokenPin(this.shape.servicePin),
      profile: this.shape.profile,
      profileChanges: parseProfileChanges(JSON.stringify(SOFTHSM_CANNOT)),
      workers: 2,
      queueCapacity: QUEUE_CAPACITY,
      weakPins: WEAK_PINS,
      allowWeakEnforcement: false,
      evaluationWindowMs: 10_000,
      registeredKeys: async () => withCurrent(keys, currentWrapping),
      reserveSeals: async () => undefined,
      environment: this.environment,
      hostEntry: HOST_ENTRY,
    });
  }

  /** @returns what the demo printed */
  async playDemo(): Promise<string> {
    using identity = await TestIdentity.make();
    const { owner, database, folder } = this.keys;
    const clients = await developmentClients(owner, this.keys.file('clients.json'));
    const manifest = currentKey(await readRegisteredKeys(owner), 'manifest-signing');
    const { PKCS11_MODULE: module = '', PKCS11_TOKEN_LABEL: tokenLabel = '' } = this.environment;
    const token = { module, tokenLabel, tokenPin: new TokenPin(this.shape.servicePin), environment: {} };
    await using service = await ServiceProcess.start({
      identity,
      token,
      databaseUrl: database.serviceUrl,
      environment: {
        ...this.environment,
        PKCS11_TOKEN_PIN: this.shape.servicePin,
        MIGRATION_DATABASE_URL: undefined,
      },
    });
    const manifestPins = [manifest?.fingerprint.toString('base64url') ?? ''];
    return await runDemo({ baseUrl: service.baseUrl, identity, clients, manifestPins }, folder);
  }

  /** Every promise of the HSM contract, with the keys of a ceremony and a rotation before. */
  static describeContract(name: string, kit: () => ShapedKit, ivBytes: number): void {
    describeHsmContract(name, () => ({
      algorithm: 'RSA-OAEP',
      ivBytes,
      open: async ({ currentWrapping }) => await kit().openHsm(currentWrapping),
    }));
  }

  /** Of each sealing key, what a ceremony has recorded. */
  async expectRecordedIvs(ivBytes: number): Promise<void> {
    const keys = await readRegisteredKeys(this.keys.owner);
    const sealing = keys.filter(({ kind }) => kind === 'card-vault' || kind === 'secrets');
    expect(sealing.length).toBeGreaterThanOrEqual(2);
    for (const { fingerprint, fingerprintIv } of sealing)
      expect([fingerprint.length, fingerprintIv?.length]).toEqual([32, ivBytes]);
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.keys[Symbol.asyncDispose]();
  }
}
