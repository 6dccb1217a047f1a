import {
  AllowedKeys,
  type Handle,
  type RouteBench,
  type RouteGroup,
  ckrText,
  pinObjectUseRoutes,
  refusalOf,
  transportKeyRoutes,
  tryGroup,
  wrapOutRoutes,
  wrappedUnder,
  wrappingKeyRoutes,
} from '#libs/hsm/pkcs11';
import { ccm, stringDataDerivation } from './pointer-parameters.js';
import type { CheckBench, TestTransportKey } from './check-bench.js';
import type { Finding } from './finding.js';

const area = 'every route';

/**
 * Every function and mechanism that could take a PIN out, each beside a key that is allowed to: a refusal to every key
 * proves nothing.
 */
export function everyRouteChecks(bench: CheckBench, key: TestTransportKey): readonly Finding[] {
  using allowed = new AllowedKeys(bench.session, bench.profile);
  const routes = routeBench(bench, key, allowed);
  const pinObject = bench.unwrap(key);
  const groups = [
    ...transportKeyRoutes(routes),
    ...pinObjectUseRoutes(routes, pinObject),
    ...wrapOutRoutes(routes, pinObject),
  ];
  const findings = groups.map(found);
  refusalOf(() => bench.session.destroyObject(pinObject));
  return [...findings, ...untrustedWrappingKey(bench, routes), destroyed(bench, key)];
}

/** The same for a TRUSTED key, with the R0 of a PIN object. */
export function trustedKeyRoutes(
  bench: CheckBench,
  key: TestTransportKey,
  dummy: { readonly wrappingKey: Handle; readonly r0: Buffer },
): readonly Finding[] {
  using allowed = new AllowedKeys(bench.session, bench.profile);
  return wrappingKeyRoutes(routeBench(bench, key, allowed), dummy).map((group) =>
    found({ ...group, name: group.name.replace('the wrapping key', 'a TRUSTED key') }),
  );
}

function routeBench(bench: CheckBench, key: TestTransportKey, allowed: AllowedKeys): RouteBench {
  const { session, profile, cryptoki, slot } = bench;
  return {
    session,
    profile,
    allowed,
    transport: key,
    isThorough: true,
    withPointers: { ciphers: [ccm()], derivations: [stringDataDerivation()] },
    flagsOf: (mechanism) => cryptoki.mechanismFlags(slot, mechanism),
  };
}

/** A key made as in the ceremony, but without the officer: it wraps only ordinary keys, which is enough here. */
function untrustedWrappingKey(bench: CheckBench, routes: RouteBench): readonly Finding[] {
  try {
    const wrappingKey = bench.makeWrappingKey();
    const r0 = wrappedUnder(routes, wrappingKey, bench.mechanisms.aesKeyWrap);
    return wrappingKeyRoutes(routes, { wrappingKey, r0 }).map(found);
  } catch (error) {
    const detail = `no wrapping key could be made in a session, or it wrapped nothing (${ckrText(error)})`;
    return [{ area, check: 'the wrapping key', result: 'unknown', detail }];
  }
}

/** A handle must answer before C_DestroyObject, and not after it. */
function destroyed(bench: CheckBench, key: TestTransportKey): Finding {
  const check = 'a PIN object after C_DestroyObject';
  const pinObject = bench.unwrap(key);
  const read = () => bench.session.attribute(pinObject, 'CKA_CLASS');
  const before = refusalOf(read);
  bench.session.destroyObject(pinObject);
  const after = refusalOf(read);
  if (after === null) return { area, check, result: 'fail', detail: 'it is still there' };
  if (before === null) return { area, check, result: 'pass', detail: `gone (${after})` };
  return { area, check, result: 'unknown', detail: `nothing of it can be read before either (${before})` };
}

const RESULTS = { open: 'fail', closed: 'pass', unknown: 'unknown' } as const;

function found(group: RouteGroup): Finding {
  const { verdict, detail } = tryGroup(group);
  return { area, check: group.name, result: RESULTS[verdict], detail };
}
