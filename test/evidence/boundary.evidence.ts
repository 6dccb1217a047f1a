import { randomBytes, randomUUID } from 'node:crypto';
import { mkdtempSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { fieldFor } from '#libs/client/pin-block';
import { randomPins } from '../../scripts/demo/demo-pins.js';
import { binaryNeedles, pinNeedles, type Needle, type PinOfCard } from '../rigs/memory-scan.js';
import { scaled } from '../support/scale.js';
import { TestIdentity } from '../rigs/service-process.js';
import { findSpy } from '../rigs/spy.js';
import { makeTestToken, type TestToken } from '../rigs/token.js';
import { BEFORE_AND_AFTER, WHILE_SERVING } from './boundary/expected-calls.js';
import { gatherEvidence, type Evidence } from './boundary/gather.js';
import {
  functionsOf,
  keyUses,
  leftBehind,
  usesOfPinKeys,
  usesOfTransportKeys,
  wrapsOfPinObjects,
  type ModuleCall,
} from './boundary/module-calls.js';
import { isCanary, isControl, isPin, isWrapped } from './boundary/needles.js';
import type { Finding } from './boundary/places.js';
import { breakRules, isReadable, plantLeaks } from './boundary/plant-leaks.js';
import { BEYOND_THE_HOST, PLACES, searchWitness, type SurroundingsSearch } from './boundary/search-places.js';
import { shimWitness, spyWitness } from './boundary/witnesses.js';

const DEMOS = scaled({ ci: 1, full: 5 });
/** One refused as weak, one set, two of the change, one reset, four right and three wrong ones; none while locked. */
const OPENED_BY_A_DEMO = 12;
const WITNESSES = [
  { witness: "the project's shim", witnessOf: shimWitness, labelled: true, present: true },
  { witness: "OpenSC's pkcs11-spy", witnessOf: spyWitness, labelled: false, present: findSpy() !== null },
];

let identity: TestIdentity;
let token: TestToken;

beforeAll(async () => {
  identity = await TestIdentity.make();
  token = await makeTestToken();
});

afterAll(async () => {
  await token.remove();
  identity[Symbol.dispose]();
});

const folder = () => mkdtempSync(join(token.directory, 'boundary-'));
const count = (calls: readonly ModuleCall[], name: string) =>
  calls.filter((call) => call.function === name && call.succeeded).length;

for (const { witness: name, witnessOf, labelled, present } of WITNESSES) {
  describe.skipIf(!present)(`the demo, watched by ${name}`, () => {
    let evidence: Evidence;

    beforeAll(async () => {
      evidence = await gatherEvidence({ identity, token, demos: DEMOS }, witnessOf(folder(), token.module));
      const { needles, r0s, scannedBytes, calls } = evidence;
      console.info(
        `${name}: ${JSON.stringify({ demos: DEMOS, needles, r0s, scannedBytes, calls: calls.length })}`,
      );
    });

    it('runs to its end, and the relay saw all of it', () => {
      expect(evidence.demos).toHaveLength(DEMOS);
      for (const { printed } of evidence.demos) expect(printed).toContain('The demo went as expected.');
      for (const answer of ['"verified":true', '"verified":false', 'PIN_TOO_WEAK', 'PIN_LOCKED']) {
        expect(evidence.answers).toContain(answer);
      }
      // Else secrets in it would look different, and the search would be blind.
      expect(evidence.answers).not.toMatch(/^(content|transfer)-encoding:/im);
    });

    it.each(PLACES)('leaves no PIN, PIN block or PIN field in: %s', (place) => {
      expect(evidence.findings[place].filter(isPin)).toEqual([]);
    });

    it.each(PLACES)('has really been in: %s', (place) => {
      expect(evidence.findings[place].some(isControl)).toBe(true);
    });

    it.each(BEYOND_THE_HOST)('leaves no R0 in: %s', (place) => {
      expect(evidence.r0s.opened).toBeGreaterThan(DEMOS * 5);
      expect(evidence.findings[place].filter(isWrapped)).toEqual([]);
    });

    it('shows every R0 to the search where it does come out: C_WrapKey', () => {
      const shown = evidence.findings['outputs of the module'].filter(isWrapped);
      expect(new Set(shown.map(({ where }) => where))).toEqual(new Set(['C_WrapKey pWrappedKey']));
      expect(shown).toHaveLength(evidence.wrapped);
    });

    it("knows the start-up checks' dummy PIN field in the host's memory, and nowhere else", () => {
      expect(evidence.inHosts.length).toBeGreaterThan(0);
      expect(PLACES.filter((place) => evidence.findings[place].some(isCanary))).toEqual([]);
    });

    it('calls only the functions on the list', () => {
      expect(functionsOf(evidence.served)).toEqual(Object.keys(WHILE_SERVING).toSorted());
      const known = { ...BEFORE_AND_AFTER, ...WHILE_SERVING };
      expect(functionsOf(evidence.calls).filter((called) => !(called in known))).toEqual([]);
    });

    it('uses transport keys to unwrap and, but for reading their attributes, for nothing else', () => {
      expect(usesOfTransportKeys(evidence.served)).toEqual(['C_UnwrapKey']);
      const { calls, served } = evidence;
      const done = calls.filter(({ succeeded }) => succeeded);
      expect(usesOfTransportKeys(done, served)).toEqual(['C_GetAttributeValue', 'C_UnwrapKey']);
      // At start every other way was tried, and refused.
      expect(usesOfTransportKeys(calls, served)).toEqual([
        ...['C_DecryptInit', 'C_GetAttributeValue', 'C_SignInit', 'C_SignRecoverInit', 'C_UnwrapKey'],
      ]);
    });

    it('does with PIN objects, and with the keys that open and wrap them, nothing but what the list says', () => {
      expect(usesOfPinKeys(evidence.served, evidence.served)).toEqual([
        'C_DestroyObject',
        'C_UnwrapKey',
        'C_WrapKey',
      ]);
      expect(usesOfPinKeys(evidence.calls, evidence.served)).toEqual([
        ...['C_DestroyObject', 'C_DigestKey', 'C_GetAttributeValue', 'C_UnwrapKey', 'C_WrapKey'],
      ]);
    });

    it('signs with lookup, otp and signing keys, and seals and opens with its own keys; nothing else', () => {
      const signing = labelled
        ? [
            'CKM_ECDSA: audit-signing',
            'CKM_ECDSA: manifest-signing',
            'CKM_SHA256_HMAC: lookup',
            'CKM_SHA256_HMAC: otp',
            'CKM_SHA256_RSA_PKCS: token-signing',
          ]
        : ['CKM_ECDSA: another key', 'CKM_SHA256_HMAC: another key', 'CKM_SHA256_RSA_PKCS: another key'];
      const sealing = labelled
        ? ['CKM_AES_GCM: card-vault', 'CKM_AES_GCM: secrets']
        : ['CKM_AES_GCM: another key'];
      const { served } = evidence;
      expect(keyUses(served, 'C_SignInit')).toEqual(signing);
      expect(keyUses(served, 'C_EncryptInit')).toEqual(sealing);
      expect(keyUses(served, 'C_DecryptInit')).toEqual(sealing);
    });

    it('opens each envelope once, and none for a locked card', () => {
      expect(count(evidence.served, 'C_UnwrapKey')).toBe(DEMOS * OPENED_BY_A_DEMO);
    });

    it('reads no CKA_VALUE and no CKA_CHECK_VALUE; at start it tried, and got nothing', () => {
      expect(evidence.served.some((call) => call.asksForSecrets)).toBe(false);
      const tried = evidence.calls.filter((call) => call.asksForSecrets);
      expect(tried.length).toBeGreaterThan(1);
      expect(tried.reduce((sum, { secretBytes }) => sum + secretBytes, 0)).toBe(0);
    });

    it('makes of every PIN object exactly one R0 of 24 bytes, and destroys it', () => {
      const { served, calls } = evidence;
      const made = count(served, 'C_UnwrapKey') + count(served, 'C_CreateObject');
      expect(made).toBeGreaterThan(100 * DEMOS);
      expect(count(served, 'C_WrapKey')).toBe(made);
      expect(count(served, 'C_DestroyObject')).toBe(made);
      expect([...leftBehind(calls)]).toEqual([]);
      const wraps = wrapsOfPinObjects(calls, served);
      expect(new Set(wraps.flatMap(({ outputs }) => outputs.map(({ bytes }) => bytes.length)))).toEqual(
        new Set([24]),
      );
    });
  });

  describe.skipIf(!present)(`a host that breaks the rules, watched by ${name}`, () => {
    let needles: readonly Needle[];
    let calls: readonly ModuleCall[];
    let found: ReturnType<typeof searchWitness>;

    beforeAll(async () => {
      const card = someCard();
      needles = await plantedNeedles(card);
      const witness = witnessOf(folder(), token.module);
      const field = Buffer.from(await fieldFor(card.pin, card.pinAccount, card.cardId));
      calls = breakRules({ token, witness }, field, needles);
      found = searchWitness(witness, needles);
    });

    it('is caught with every form of what the module put out', () => {
      expect(missed(needles, found['outputs of the module'])).toEqual([]);
      expect(found['log of the witness'].length).toBeGreaterThan(0);
    });

    it('is caught decrypting with a transport key', () => {
      const decrypted = found['outputs of the module'].filter(({ where }) => where.startsWith('C_Decrypt'));
      expect(decrypted.map(({ needle }) => needle)).toContain('PIN field as raw bytes');
      expect(keyUses(calls, 'C_DecryptInit')).toContain('CKM_RSA_PKCS_OAEP: a key of PINs');
      expect(usesOfTransportKeys(calls)).toContain('C_DecryptInit');
    });

    it('is caught signing with a transport key', () => {
      expect(keyUses(calls, 'C_SignInit')).toContain('CKM_SHA256_RSA_PKCS: a key of PINs');
    });

    it('is caught reading a PIN object, and leaving it behind', () => {
      expect(calls.some(({ secretBytes }) => secretBytes > 0)).toBe(true);
      const pinObject = calls.find((call) => call.function === 'C_UnwrapKey')?.made;
      expect([...leftBehind(calls)]).toContain(pinObject);
    });
  });
}

describe('leaks planted in a service, its database and its traffic', () => {
  let needles: readonly Needle[];
  let planted: SurroundingsSearch;

  beforeAll(async () => {
    needles = await plantedNeedles(someCard());
    planted = await plantLeaks({ identity, token }, needles);
  });

  it.each(['memory of the service', 'requests', 'answers', 'files of the database'] as const)(
    'are found in every form in: %s',
    (place) => {
      expect(missed(needles, planted.findings[place])).toEqual([]);
    },
  );

  it.each(['log of the service', 'screen of the demo', 'database dump'] as const)(
    'are found in every form that can be read in: %s',
    (place) => {
      const readable = needles.filter(isReadable);
      expect(readable.length).toBeGreaterThan(50);
      expect(missed(readable, planted.findings[place])).toEqual([]);
    },
  );
});

function someCard(): PinOfCard {
  return { pin: randomPins(0).first, pinAccount: randomPins(0).first, cardId: randomUUID() };
}

async function plantedNeedles(card: PinOfCard): Promise<readonly Needle[]> {
  return [...(await pinNeedles(card)), ...binaryNeedles('R0', randomBytes(24))];
}

/** Names of the forms that were not found. */
function missed(needles: readonly Needle[], findings: readonly Finding[]): readonly string[] {
  const found = new Set(findings.map(({ needle }) => needle));
  return needles.map((needle) => needle.name).filter((name) => !found.has(name));
}
