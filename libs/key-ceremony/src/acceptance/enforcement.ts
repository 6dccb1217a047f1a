import {
  type AttributeName,
  type AttributeValues,
  type Handle,
  KnownKeyAttack,
  PIN_OBJECT,
  inversions,
  refusalOf,
} from '#libs/hsm/pkcs11';
import type { CheckBench, TestTransportKey } from './check-bench.js';
import type { Finding } from './finding.js';

const area = 'PIN stays inside';

/** The known ways in which a logged-in session takes a PIN out; the module must close each of them for every caller. */
export function enforcementChecks(bench: CheckBench, key: TestTransportKey): readonly Finding[] {
  return [
    storedTemplate(key),
    readableValue(bench, key),
    insensitiveUnwrap(bench, key),
    openAttributes(bench, key),
    knownKeyWrap(bench, key),
    changedTransportKey(bench, key),
    changedWrappingKey(bench),
    digest(bench, key),
  ];
}

/**
 * CKA_UNWRAP_TEMPLATE closes the ways below; a module that cannot store it would depend on its callers to close them.
 */
function storedTemplate({ refused }: TestTransportKey): Finding {
  const check = 'enforcing attributes are taken';
  const names = refused.map(({ name, answer }) => `${name} (${answer})`).join(', ');
  if (refused.length === 0) return pass(check, 'CKA_UNWRAP_TEMPLATE and CKA_ALLOWED_MECHANISMS');
  return fail(check, `not taken: ${names}; a caller of C_UnwrapKey could choose the attributes`);
}

/** A PIN object made as the service makes it. */
function readableValue(bench: CheckBench, key: TestTransportKey): Finding {
  const check = "a PIN object's value cannot be read";
  return withPinObject(bench, key, {}, check, (pinObject) => {
    const readable = (['CKA_VALUE', 'CKA_CHECK_VALUE'] as const).filter(
      (name) => length(bench, pinObject, name) > 0,
    );
    if (readable.length === 0) return pass(check, 'CKA_VALUE and CKA_CHECK_VALUE are closed');
    return fail(
      check,
      `${readable.join(' and ')} can be read although the object is sensitive: PINs leave the module`,
    );
  });
}

/** First way: unwrap it as a key that is not sensitive, and read it. */
function insensitiveUnwrap(bench: CheckBench, key: TestTransportKey): Finding {
  const check = '1. unwrap without SENSITIVE, and read';
  const changed = { CKA_SENSITIVE: false };
  const refused = refusalOf(() => {
    const pinObject = bench.unwrap(key, changed);
    const readable = length(bench, pinObject, 'CKA_VALUE') > 0;
    bench.session.destroyObject(pinObject);
    if (!readable) throw new Error('made, but not readable');
  });
  return closed(check, refused, 'the PIN was read: CKA_UNWRAP_TEMPLATE is not enforced');
}

/** Every other attribute that the template fixes, inverted. */
function openAttributes(bench: CheckBench, key: TestTransportKey): Finding {
  const check = 'each attribute of the template is enforced';
  const opposites = inversions(PIN_OBJECT);
  const open = opposites.filter(([, changed]) => {
    return refusalOf(() => bench.session.destroyObject(bench.unwrap(key, changed))) === null;
  });
  if (open.length === 0) return pass(check, `${opposites.length} inverted, all refused`);
  const names = open.map(([name]) => name.slice('CKA_'.length)).join(', ');
  return fail(
    check,
    `a PIN object is made with these inverted: ${names}; from some of them the PIN is computed offline`,
  );
}

/** Second way: wrap it under a key whose value is known. */
function knownKeyWrap(bench: CheckBench, key: TestTransportKey): Finding {
  const check = '2. wrap it under a key of known value';
  using attack = new KnownKeyAttack(bench.session, bench.profile);
  return withPinObject(bench, key, {}, check, (pinObject) => {
    const result = attack.on(pinObject);
    switch (result.outcome) {
      case 'wrapped':
        return fail(check, 'it was wrapped out: CKA_WRAP_WITH_TRUSTED is not enforced');
      case 'refused':
        return pass(check, `refused (${result.answer}); an ordinary key is wrapped`);
      case 'untried':
        return { area, check, result: 'unknown', detail: result.reason };
    }
  });
}

/** Third way: give the transport key another use. */
function changedTransportKey(bench: CheckBench, { handle }: TestTransportKey): Finding {
  const check = '3. let the transport key decrypt';
  return unchangeable(bench, check, handle, 'CKA_DECRYPT');
}

/** Fourth way: let the wrapping key unwrap R0 again, into something readable. */
function changedWrappingKey(bench: CheckBench): Finding {
  const check = '4. let the wrapping key unwrap';
  try {
    return unchangeable(bench, check, bench.makeWrappingKey(), 'CKA_UNWRAP');
  } catch {
    return { area, check, result: 'unknown', detail: 'no wrapping key could be made in a session' };
  }
}

function unchangeable(bench: CheckBench, check: string, handle: Handle, name: AttributeName): Finding {
  const set = refusalOf(() => bench.session.setAttributes(handle, { [name]: true }));
  const copied = refusalOf(() => bench.session.copyObject(handle, { [name]: true }));
  const open = [set === null ? 'C_SetAttributeValue' : '', copied === null ? 'C_CopyObject' : ''].filter(
    Boolean,
  );
  if (open.length === 0) return pass(check, `refused (${set})`);
  return fail(check, `${open.join(' and ')} did it: CKA_MODIFIABLE or CKA_COPYABLE are not enforced`);
}

/** Open on some modules, and only the vendor can close it: it gives a hash that can be searched offline. */
function digest(bench: CheckBench, key: TestTransportKey): Finding {
  const check = 'C_DigestKey of a PIN object';
  return withPinObject(bench, key, {}, check, (pinObject) => {
    // Its own session: the digest that was begun stays active in it.
    const session = bench.cryptoki.openSession(bench.slot, bench.profile.sessions);
    const refused = refusalOf(() => session.digestKey(bench.mechanisms.sha256, pinObject));
    session.close();
    if (refused !== null) return pass(check, `refused (${refused})`);
    const detail = 'open: a compromised host could search the hash for the PIN; ask the vendor to close it';
    return { area, check, result: 'warning', detail };
  });
}

function withPinObject(
  bench: CheckBench,
  key: TestTransportKey,
  changed: AttributeValues,
  check: string,
  use: (pinObject: Handle) => Finding,
): Finding {
  let pinObject: Handle | null = null;
  const refused = refusalOf(() => (pinObject = bench.unwrap(key, changed)));
  if (pinObject === null) return fail(check, `no PIN object could be made (${refused})`);
  const finding = use(pinObject);
  refusalOf(() => bench.session.destroyObject(pinObject as unknown as Handle));
  return finding;
}

function length(bench: CheckBench, object: Handle, name: AttributeName): number {
  return bench.session.attributeOrNull(object, name)?.length ?? 0;
}

function closed(check: string, refused: string | null, open: string): Finding {
  return refused === null ? fail(check, open) : pass(check, `refused (${refused})`);
}

function pass(check: string, detail: string): Finding {
  return { area, check, result: 'pass', detail };
}

function fail(check: string, detail: string): Finding {
  return { area, check, result: 'fail', detail };
}
