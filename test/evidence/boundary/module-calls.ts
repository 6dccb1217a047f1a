import pkcs11js from 'pkcs11js';
import type { ShimCall } from '../../rigs/shim.js';
import type { SpyCall } from '../../rigs/spy.js';
import type { Piece } from './places.js';

/** A call of the PKCS#11 module, as either witness tells of it. Handles are lower-case hexadecimal. */
export interface ModuleCall {
  readonly function: string;
  readonly succeeded: boolean;
  /** The key or object the function works with. */
  readonly object: string | null;
  /** Its CKA_LABEL, where the witness knows it. */
  readonly label: string | null;
  /** "CKM_SHA256_HMAC"; null for functions without a mechanism. */
  readonly mechanism: string | null;
  /** The key that C_WrapKey wraps. */
  readonly wrapped: string | null;
  /** The object that the function made. */
  readonly made: string | null;
  /** Whether a C_GetAttributeValue asked for CKA_VALUE or CKA_CHECK_VALUE. */
  readonly asksForSecrets: boolean;
  /** Bytes of these attributes that came back. */
  readonly secretBytes: number;
  readonly outputs: readonly Piece[];
}

const CKA_VALUE = 0x11;
const CKA_CHECK_VALUE = 0x90;
const MAKERS = new Set([
  'C_UnwrapKey',
  'C_CreateObject',
  'C_CopyObject',
  'C_DeriveKey',
  'C_GenerateKey',
  'C_GenerateKeyPair',
]);

export function fromShim(call: ShimCall): ModuleCall {
  const { attributes = [], result, function: name } = call;
  const succeeded = result?.rv === 0;
  const outputs = (result?.outputs ?? []).map((output) => ({
    where: `${name} ${output.name}`,
    bytes: output.bytes,
  }));
  const asksForSecrets =
    name === 'C_GetAttributeValue' &&
    attributes.some((type) => type === CKA_VALUE || type === CKA_CHECK_VALUE);
  const handle = outputs.at(-1)?.bytes;
  return {
    function: name,
    succeeded,
    object: call.object ?? null,
    label: call.label ?? null,
    mechanism: call.mechanism === undefined ? null : mechanismName(call.mechanism),
    wrapped: call.wrappedKey ?? null,
    made:
      MAKERS.has(name) && succeeded && handle !== undefined ? handle.readBigUInt64LE().toString(16) : null,
    asksForSecrets,
    // Which attribute a value belongs to is not recorded: beside a secret one, every value counts.
    secretBytes: asksForSecrets ? outputs.reduce((sum, { bytes }) => sum + bytes.length, 0) : 0,
    outputs,
  };
}

/** What the spy calls the handle that a function works with, and the one that it made. */
const SPY_OBJECT: Readonly<Record<string, string>> = {
  C_UnwrapKey: 'hUnwrappingKey',
  C_WrapKey: 'hWrappingKey',
  C_DestroyObject: 'hObject',
  C_GetAttributeValue: 'hObject',
};
const SPY_MADE = ['hKey', 'phObject', 'hObject', 'phKey'];

export function fromSpy(call: SpyCall): ModuleCall {
  const { function: name, rv, inputs, values } = call;
  const succeeded = rv === 'CKR_OK';
  const isSecret = (attribute: string) => attribute === 'CKA_VALUE' || attribute === 'CKA_CHECK_VALUE';
  const asked = [...inputs, ...call.outputs].map((dump) => dump.name);
  const read = call.outputs.filter((dump) => isSecret(dump.name));
  const made = SPY_MADE.map((value) => values.get(value)).find((value) => value !== undefined);
  return {
    function: name,
    succeeded,
    object: handleOf(values.get(SPY_OBJECT[name] ?? 'hKey')),
    label: null,
    mechanism: values.get('pMechanism->type') ?? null,
    wrapped: name === 'C_WrapKey' ? handleOf(values.get('hKey')) : null,
    made: MAKERS.has(name) && succeeded ? handleOf(made) : null,
    asksForSecrets: name === 'C_GetAttributeValue' && asked.some(isSecret),
    secretBytes: name === 'C_GetAttributeValue' ? read.reduce((sum, { bytes }) => sum + bytes.length, 0) : 0,
    outputs: call.outputs.map((output) => ({ where: `${name} ${output.name}`, bytes: output.bytes })),
  };
}

function mechanismName(type: number): string {
  const constants = Object.entries(pkcs11js);
  const name = constants.find(([constant, value]) => constant.startsWith('CKM_') && value === type)?.[0];
  return name ?? `0x${type.toString(16)}`;
}

function handleOf(value: string | undefined): string | null {
  return value === undefined ? null : BigInt(value).toString(16);
}

export function functionsOf(calls: readonly ModuleCall[]): readonly string[] {
  return [...new Set(calls.map((call) => call.function))].toSorted();
}

/**
 * PIN objects are made by unwrapping with a transport key, so what unwraps is one, whatever its label says.
 *
 * @param served calls that unwrap with nothing else
 */
export function usesOfTransportKeys(
  calls: readonly ModuleCall[],
  served: readonly ModuleCall[] = calls,
): readonly string[] {
  const unwrapping = keysOf(served, 'C_UnwrapKey');
  const used = calls.filter(
    ({ object, label }) => (object !== null && unwrapping.has(object)) || label?.startsWith('pin-transport-'),
  );
  return functionsOf(used);
}

/**
 * The functions that did something with a PIN object, or with a key that opens or wraps one. What wraps a PIN object is
 * told by `wrapsOfPinObjects`.
 *
 * @param served calls that unwrap and wrap with nothing else
 */
export function usesOfPinKeys(
  calls: readonly ModuleCall[],
  served: readonly ModuleCall[],
): readonly string[] {
  const keys = new Set([...keysOf(served, 'C_UnwrapKey'), ...keysOf(served, 'C_WrapKey')]);
  const pinObjects = pinObjectsOf(calls, served);
  return functionsOf(
    calls.filter(
      ({ object, succeeded }) => succeeded && object !== null && (keys.has(object) || pinObjects.has(object)),
    ),
  );
}

/** Every C_WrapKey that wrapped a PIN object. */
export function wrapsOfPinObjects(
  calls: readonly ModuleCall[],
  served: readonly ModuleCall[],
): readonly ModuleCall[] {
  const pinObjects = pinObjectsOf(calls, served);
  return calls.filter(({ wrapped, succeeded }) => succeeded && wrapped !== null && pinObjects.has(wrapped));
}

function keysOf(calls: readonly ModuleCall[], name: 'C_UnwrapKey' | 'C_WrapKey'): ReadonlySet<string | null> {
  return new Set(calls.flatMap((call) => (call.function === name ? [call.object] : [])));
}

function pinObjectsOf(calls: readonly ModuleCall[], served: readonly ModuleCall[]): ReadonlySet<string> {
  const opening = keysOf(served, 'C_UnwrapKey');
  const opened = calls.filter((call) => call.function === 'C_UnwrapKey' && opening.has(call.object));
  return new Set(opened.flatMap(({ made }) => (made === null ? [] : [made])));
}

/**
 * The mechanisms that a function was called with, each with the kind of its key: the label without the generation where
 * the witness knows it. A PIN object, or a key that opens or wraps one, is told from others by its handle.
 */
export function keyUses(
  calls: readonly ModuleCall[],
  name: 'C_SignInit' | 'C_EncryptInit' | 'C_DecryptInit',
): readonly string[] {
  const opening = calls.filter((call) => call.function === 'C_UnwrapKey' || call.function === 'C_WrapKey');
  const ofPins = new Set([...opening.map((call) => call.object), ...calls.map((call) => call.made)]);
  const begun = calls.filter((call) => call.function === name);
  const kinds = begun.map(({ object, label, mechanism }) => {
    const kind = label?.replace(/-\d+$/, '') ?? 'another key';
    return `${mechanism}: ${ofPins.has(object) ? 'a key of PINs' : kind}`;
  });
  return [...new Set(kinds)].toSorted();
}

/** Handles of objects that were made and not destroyed. */
export function leftBehind(calls: readonly ModuleCall[]): ReadonlySet<string> {
  const alive = new Set<string>();
  for (const { function: name, succeeded, made, object } of calls) {
    if (made !== null) alive.add(made);
    if (name === 'C_DestroyObject' && succeeded && object !== null) alive.delete(object);
  }
  return alive;
}

/** What C_WrapKey made of the objects that `maker` made: their R0s, each once. */
export function wrappedObjects(
  calls: readonly ModuleCall[],
  maker: 'C_UnwrapKey' | 'C_CreateObject',
): readonly Buffer[] {
  const made = new Set<string>();
  const wrapped = new Set<string>();
  for (const call of calls) {
    if (call.made !== null && call.function === maker) made.add(call.made);
    if (call.wrapped === null || !made.has(call.wrapped)) continue;
    for (const { bytes } of call.outputs) wrapped.add(bytes.toString('hex'));
  }
  return Array.from(wrapped, (hex) => Buffer.from(hex, 'hex'));
}
