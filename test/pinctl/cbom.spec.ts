import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { KEY_KINDS } from '#libs/hsm';
import type { Policy } from '#libs/policy';
import { SOUND_POLICY } from '../support/sound-policy.js';
import { CbomKit, type BomComponent } from './cbom-kit.js';
import { cyclonedxFaults } from './cyclonedx-schema.js';
import { SECRETS } from './keys-kit.js';

const FIXED = ['--serial', '3b7d0d6e-2f5a-4f0e-9a43-5f2a2a0f8d11', '--timestamp', '2027-03-01T00:00:00Z'];

const POLICY: Policy = { ...SOUND_POLICY, clientSecretMaxAgeDays: 30 };

let kit: CbomKit;
beforeAll(async () => {
  kit = await CbomKit.open();
});
afterAll(async () => {
  await kit[Symbol.asyncDispose]();
});

describe('pinctl cbom', () => {
  it('is a CycloneDX 1.7 document by the official schema', async () => {
    const { bom } = await kit.print();
    expect(cyclonedxFaults(bom)).toEqual([]);
    expect(bom).toMatchObject({ bomFormat: 'CycloneDX', specVersion: '1.7' });
    const [first] = bom.components;
    expect(cyclonedxFaults({ ...bom, components: [{ ...first, type: 'key' }] })).not.toEqual([]);
  });

  it('gives each component one reference, and refers to none that is not there', async () => {
    const { bom } = await kit.print();
    const refs = bom.components.map((component) => component['bom-ref']);
    expect(new Set(refs).size).toBe(refs.length);
    const named = (component: BomComponent) =>
      [...JSON.stringify(component).matchAll(/"(?:ref|algorithmRef)":"([^"]+)"|"(algorithm\/[^"]+)"/g)].map(
        ([, ref, algorithm]) => ref ?? algorithm ?? '',
      );
    expect(bom.components.flatMap(named).filter((ref) => !refs.includes(ref))).toEqual([]);
    const dependencies = bom['dependencies'] as readonly Readonly<Record<string, string | string[]>>[];
    const known = ['application/pinward', ...refs];
    expect(
      dependencies.flatMap((one) => Object.values(one).flat()).filter((ref) => !known.includes(ref)),
    ).toEqual([]);
  });

  it('has every key of the registry, with its length, state, age and due time, and where it is', async () => {
    const printed = await kit.print();
    const { stdout } = await kit.keys.run(['keys', 'list', '--json']);
    const { keys } = JSON.parse(stdout) as { keys: { key: string; dueAt: string }[] };
    expect(printed.refs('key/').filter((ref) => /-\d+$/.test(ref))).toHaveLength(KEY_KINDS.length);
    for (const { key, dueAt } of keys) {
      const ref = `key/${key}`;
      const rsa = key === 'pin-transport-1' ? 3072 : 2048;
      expect({ key, ...printed.crypto(ref) }).toMatchObject({
        id: key,
        state: 'active',
        size: /^(pin-transport|token-signing)-/.test(key) ? rsa : 256,
        // SoftHSM2 is a software token, and the inventory says so.
        securedBy: { mechanism: 'Software' },
        creationDate: expect.any(String),
        activationDate: expect.any(String),
      });
      expect([printed.property(ref, 'age-days'), printed.property(ref, 'due-at')]).toEqual(['0', dueAt]);
      expect([printed.property(ref, 'on-token'), printed.property(ref, 'extractable')]).toEqual([
        'true',
        'false',
      ]);
    }
    expect(printed.crypto('algorithm/hsm/RSA-OAEP-SHA-1-3072')).toMatchObject({
      classicalSecurityLevel: 128,
      nistQuantumSecurityLevel: 0,
    });
    expect(printed.crypto('algorithm/hsm/AES-256-GCM')).toMatchObject({ nistQuantumSecurityLevel: 5 });
  });

  it('follows a key through its life', async () => {
    const run = (...args: readonly string[]) =>
      kit.keys.run(['keys', ...args, '--yes', '--record', kit.keys.file(args.join(' '))]);
    expect(await run('rotate', 'otp')).toMatchObject({ code: 0 });
    expect(await run('rotate', 'lookup', '--prepare')).toMatchObject({ code: 0 });
    const rotated = await kit.print();
    const states = ['otp-2', 'otp-1', 'lookup-2'].map((key) => rotated.crypto(`key/${key}`)['state']);
    expect(states).toEqual(['active', 'deactivated', 'pre-activation']);
    expect(rotated.property('key/otp-1', 'due-at')).toBeUndefined();
    await kit.keys.owner.query(
      "UPDATE hsm_keys SET registered_at = now() - interval '91 days' WHERE kind = 'otp'",
    );
    await kit.keys.passEnd('otp', 1);
    expect(await run('retire', 'otp-1')).toMatchObject({ code: 0 });
    const retired = await kit.print();
    expect(retired.crypto('key/otp-1')['state']).toBe('deactivated');
    expect(retired.property('key/otp-1', 'state')).toBe('retired');
    expect(retired.property('key/otp-2', 'age-days')).toBe('91');
    expect(Date.parse(retired.property('key/otp-2', 'due-at') ?? '')).toBeLessThan(Date.now());
    expect(await run('retire', 'otp-1', '--destroy')).toMatchObject({ code: 0 });
    const destroyed = await kit.print();
    expect(destroyed.crypto('key/otp-1')['state']).toBe('destroyed');
    expect(destroyed.property('key/otp-1', 'on-token')).toBe('false');
  });

  it('has the configured certificate with its key and signature algorithm', async () => {
    const printed = await kit.print();
    const [ref = ''] = printed.refs('certificate/');
    expect(printed.crypto(ref)).toMatchObject({
      subjectName: 'CN=pins.example',
      issuerName: 'CN=pins.example',
      certificateState: [{ state: 'active' }],
    });
    expect(printed.component(printed.refs('key/public/')[0] ?? '')).toMatchObject({
      cryptoProperties: { relatedCryptoMaterialProperties: { size: 256 } },
    });
    expect(printed.property(printed.refs('key/private/')[0] ?? '', 'algorithm')).toBe('ec prime256v1');
    expect(printed.component('algorithm/certificate/ecdsa-with-SHA256')).toMatchObject({
      cryptoProperties: { oid: '1.2.840.10045.4.3.2', algorithmProperties: { nistQuantumSecurityLevel: 0 } },
    });
    expect(printed.crypto('protocol/tls-server')['relatedCryptographicAssets']).toEqual([
      { type: 'certificate', ref },
    ]);
    const later = await kit.print(['--timestamp', '2040-01-01T00:00:00Z']);
    expect(later.crypto(ref)).toMatchObject({ certificateState: [{ state: 'deactivated' }] });
  });

  it('has the libraries that compute, and the token', async () => {
    const printed = await kit.print();
    expect(printed.component('library/openssl')?.version).toBe(process.versions.openssl);
    expect(printed.component('library/pkcs11-module')).toMatchObject({
      version: expect.stringMatching(/^2\.\d+$/),
      manufacturer: { name: 'SoftHSM' },
    });
    expect(printed.property('device/hsm', 'token-label')).toBe('pinward-ceremony');
    expect(printed.property('device/hsm', 'software-token')).toBe('true');
  });

  it('counts client secrets and webhook secrets, with the age of the oldest', async () => {
    await kit.keys.run(['clients', 'create', 'an-app', '--scope', 'pin:set']);
    await kit.keys.owner.query("UPDATE client_secrets SET created_at = now() - interval '40 days'");
    const seen = async () => {
      const printed = await kit.print();
      const told = ['count', 'oldest-age-days', 'max-age-days', 'due-at'];
      return { printed, clients: told.map((name) => printed.property('secrets/clients', name)) };
    };
    const { printed, clients } = await seen();
    expect(clients).toEqual(['1', '40', undefined, undefined]);
    expect(printed.property('secrets/webhooks', 'count')).toBe('0');
    expect(cyclonedxFaults(printed.bom)).toEqual([]);
    await kit.keys.owner.query(
      "INSERT INTO policies (version, content, set_by, set_through, reason) VALUES (1, $1, 'a', 'b', 'first')",
      [JSON.stringify(POLICY)],
    );
    const [count, age, limit, dueAt = ''] = (await seen()).clients;
    expect([count, age, limit]).toEqual(['1', '40', '30']);
    expect(Math.round((Date.now() - Date.parse(dueAt)) / 86_400_000)).toBe(10);
  });

  it('never has a value of a key, a secret, or a way to one', async () => {
    const { text, bom } = await kit.print();
    expect(text).not.toContain('"value": null');
    expect(
      bom.components.filter(
        (one) => 'value' in (one.cryptoProperties?.['relatedCryptoMaterialProperties'] ?? {}),
      ),
    ).toEqual([]);
    const { password } = new URL(kit.keys.database.serviceUrl);
    const key = kit.privateKey.replaceAll(/-----[^-]+-----|\s/g, '').slice(40, 80);
    for (const secret of [SECRETS.userPin, SECRETS.officerPin, password, key, 'BEGIN'])
      expect(text.replaceAll('\\n', '')).not.toContain(secret);
  });

  it('is the same for the same serial and time', async () => {
    const [one, other] = [await kit.print(FIXED), await kit.print(FIXED)];
    expect(one.text).toBe(other.text);
    expect(one.bom).toMatchObject({
      serialNumber: `urn:uuid:${FIXED[1]}`,
      metadata: { timestamp: '2027-03-01T00:00:00.000Z' },
    });
    expect((await kit.print()).bom['serialNumber']).not.toBe(one.bom['serialNumber']);
  });

  it('says what it did not see', async () => {
    const missing = ['the token was not looked at', 'TLS_CERT_FILE is not set'];
    const printed = await kit.print(['--no-hsm'], { TLS_CERT_FILE: undefined, PKCS11_TOKEN_PIN: undefined });
    expect(printed.bom.properties).toEqual([
      ...missing.map((value) => ({ name: 'pinward:missing', value })),
      { name: 'pinward:remark', value: 'the connection to PostgreSQL is without TLS' },
    ]);
    for (const words of missing) expect(printed.stderr).toContain(words);
    expect(printed.bom['compositions']).toEqual([
      { aggregate: 'incomplete', assemblies: ['application/pinward'] },
    ]);
    expect(printed.crypto('key/pin-transport-1')).not.toHaveProperty('size');
    expect(printed.crypto('key/card-vault-1')).toMatchObject({
      size: 256,
      securedBy: { mechanism: 'unknown' },
    });
    expect(cyclonedxFaults(printed.bom)).toEqual([]);
    const behindProxy = await kit.print(['--no-hsm'], { TLS_MODE: 'off' });
    expect(behindProxy.component('protocol/tls-server')).toBeUndefined();
    expect(behindProxy.stderr).toContain('TLS_MODE is off');
  });

  it('refuses what it does not understand', async () => {
    for (const option of [
      ['--serial', 'one'],
      ['--timestamp', 'yesterday'],
      ['--timestamp', '2027-02-30T00:00:00Z'],
    ])
      expect(await kit.keys.run(['cbom', ...option])).toMatchObject({ code: 2, stdout: '' });
    const unread = await kit.keys.run(['cbom', '--no-hsm'], { TLS_CERT_FILE: '/nowhere/certificate.pem' });
    expect(unread).toMatchObject({ code: 1, stderr: expect.stringContaining('TLS_CERT_FILE: /nowhere') });
  });
});
