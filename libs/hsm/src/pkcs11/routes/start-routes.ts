import type { HeldRsaKey } from '../key-pick-up.js';
import { encryptField, openPin } from '../open-pin.js';
import { retry } from '../ckr.js';
import { KNOWN_ANSWER_FIELD } from '../../evaluation/known-answer.js';
import type { CryptokiSession, Handle } from '../cryptoki.js';
import type { Token } from '../token.js';
import { AllowedKeys } from './allowed-keys.js';
import { pinObjectUseRoutes } from './pin-object-use.js';
import { openRoutes, tryGroup, type RouteGroup } from './route.js';
import type { RouteBench } from './route-bench.js';
import { transportKeyRoutes } from './transport-key.js';
import { wrapOutRoutes } from './wrap-out.js';
import { wrappingKeyRoutes } from './wrapping-key.js';

export interface RouteFindings {
  readonly findings: readonly string[];
  readonly warnings: readonly string[];
}

/**
 * Check 7, every route that is tried quickly: our keys in functions that are forbidden to them, and a PIN object as a
 * key and under other keys of the session. Routes that need an RSA key pair are left to `pinctl hsm check`.
 *
 * @returns findings that name key and attribute, and warnings where a refusal proves nothing
 */
export function startRouteFindings(
  token: Token,
  session: CryptokiSession,
  pinObjectOf: (transport: HeldRsaKey) => Handle,
): RouteFindings {
  using allowed = new AllowedKeys(session, token.profile);
  const bench = (transport: HeldRsaKey): RouteBench => ({
    session,
    profile: token.profile,
    allowed,
    transport,
    isThorough: false,
    withPointers: { ciphers: [], derivations: [] },
    flagsOf: (mechanism) => token.mechanismFlags(mechanism),
  });
  const transports = [...token.keys.transport.values()];
  const ofTransport = transports.map((transport) => {
    return openFindings(transport.kid, transportKeyRoutes(bench(transport)));
  });
  // How a module treats PIN objects does not depend on the key that opened them.
  const [transport] = transports;
  if (transport === undefined) return { findings: ofTransport.flat(), warnings: [] };
  const ofWrapping = wrappingKeyFindings(token, bench(transport), transport);
  const pinObject = pinObjectOf(transport);
  const groups = [pinObjectUseRoutes, wrapOutRoutes].flatMap((of) => of(bench(transport), pinObject));
  const ofPinObject = groups.map((group) => judged(transport.kid, group));
  session.destroyObject(pinObject);
  const all = [...ofWrapping, ...ofPinObject];
  return {
    findings: [...ofTransport.flat(), ...all.flatMap(({ findings }) => findings)],
    warnings: all.flatMap(({ warnings }) => warnings),
  };
}

function wrappingKeyFindings(
  token: Token,
  bench: RouteBench,
  transport: HeldRsaKey,
): readonly RouteFindings[] {
  const generations = [...token.keys.wrapping.keys()];
  const ciphertext = encryptField(token, transport, KNOWN_ANSWER_FIELD);
  using r0s = retry(() => openPin(token, { transportKey: transport.handle, ciphertext, generations }));
  return [...token.keys.wrapping].flatMap(([generation, { handle }]) => {
    const groups = wrappingKeyRoutes(bench, { wrappingKey: handle, r0: r0s.r0(generation) });
    return groups.map((group) => judged(`pin-wrapping-${generation}`, group));
  });
}

function openFindings(label: string, groups: readonly RouteGroup[]): readonly string[] {
  return groups.flatMap(({ name, attribute, ...group }) => {
    const open = openRoutes({ name, attribute, ...group });
    return open.length === 0 ? [] : [`${label} (${attribute}): ${name} is done: ${open.join(', ')}`];
  });
}

function judged(label: string, group: RouteGroup): RouteFindings {
  const { verdict, isOffered, detail } = tryGroup(group);
  const words = `${label} (${group.attribute}): ${group.name}`;
  switch (verdict) {
    case 'open':
      return { findings: [`${words} is ${detail}`], warnings: [] };
    case 'closed':
      return { findings: [], warnings: [] };
    case 'unknown':
      return { findings: [], warnings: isOffered ? [`${words} could not be tried here: ${detail}`] : [] };
  }
}
