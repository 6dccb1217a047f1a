import { mkdtempSync } from 'node:fs';
import { join } from 'node:path';
import { developmentClients } from '../../../scripts/development/development-clients.js';
import { createTestDatabase } from '../../rigs/postgres.js';
import { ServiceProcess, type TestIdentity } from '../../rigs/service-process.js';
import type { TestToken } from '../../rigs/token.js';
import { wrappedObjects, type ModuleCall } from './module-calls.js';
import { CANARY, controlNeedles, needlesOf, wrappedNeedles } from './needles.js';
import { searchMemory, type Finding } from './places.js';
import { playDemo, type PlayedDemo } from './play-demo.js';
import { RecordingRelay } from './recording-relay.js';
import { searchSurroundings, searchWitness, type Place } from './search-places.js';
import type { Witness } from './witnesses.js';
import { registerKeys } from '#libs/keys';

export interface Evidence {
  readonly findings: Readonly<Record<Place, readonly Finding[]>>;
  /** Of the service's memory. */
  readonly scannedBytes: number;
  /** From loading the module to C_Finalize. */
  readonly calls: readonly ModuleCall[];
  /** Those from readiness to the answer to the last request. */
  readonly served: readonly ModuleCall[];
  readonly demos: readonly PlayedDemo[];
  /** The dummy PIN field in the memory of the HSM hosts, where it belongs. */
  readonly inHosts: readonly Finding[];
  /** How many R0s had come out of C_WrapKey when it was noted which to search for. */
  readonly wrapped: number;
  /** As they were sent. */
  readonly answers: string;
  /** How many were searched for. */
  readonly needles: number;
  /** How many different R0s were searched for: of cardholders' PINs and the dummy's, and of the weak list. */
  readonly r0s: { readonly opened: number; readonly weak: number };
}

export interface Scene {
  readonly identity: TestIdentity;
  readonly token: TestToken;
  /** How often it is played. */
  readonly demos: number;
}

/** Plays the demo against a service behind the witness, and searches everything it could have leaked into. */
export async function gatherEvidence(
  { identity, token, demos: count }: Scene,
  witness: Witness,
): Promise<Evidence> {
  await using database = await createTestDatabase();
  const owner = await database.open({ url: database.ownerUrl });
  await registerKeys(owner, token.registeredKeys);
  const clients = await developmentClients(owner, join(token.directory, 'clients.json'));
  await using service = await ServiceProcess.start({
    identity,
    token,
    databaseUrl: database.serviceUrl,
    module: witness.module,
    // Sealed often enough for a demo to see it.
    environment: {
      ...witness.environment,
      HSM_WORKERS: String(witness.workers),
      AUDIT_SEAL_INTERVAL_MS: '100',
    },
  });
  const startUp = witness.calls().length;
  await using relay = await RecordingRelay.start(identity, service.baseUrl);
  const demos: PlayedDemo[] = [];
  const manifestPins = token.registeredKeys.flatMap(({ kind, fingerprint }) =>
    kind === 'manifest-signing' ? [fingerprint.toString('base64url')] : [],
  );
  const scene = { identity, relay, clients, manifestPins };
  while (demos.length < count) {
    demos.push(await playDemo(scene, mkdtempSync(join(token.directory, 'demo-'))));
  }

  const called = witness.calls();
  const served = called.slice(startUp);
  const opened = wrappedObjects(called, 'C_UnwrapKey');
  const isOpened = (r0: Buffer) => opened.some((other) => other.equals(r0));
  // The weak PIN that the demo tries is on both sides.
  const weak = wrappedObjects(called, 'C_CreateObject').filter((r0) => !isOpened(r0));
  const needles = [...(await needlesOf(demos)), ...wrappedNeedles(opened, weak), ...controlNeedles(demos)];
  const printed = demos.map((demo) => demo.printed).join('\n');
  const searched = [...needles, ...CANARY];
  const { superuserUrl } = database;
  const around = await searchSurroundings({ service, relay, superuserUrl, printed }, searched);
  const inHosts = service.hostPids().flatMap((pid) => searchMemory(pid, CANARY).findings);
  await service.stop();
  return {
    findings: { ...searchWitness(witness, searched), ...around.findings },
    scannedBytes: around.scannedBytes,
    calls: witness.calls(),
    served,
    demos,
    wrapped: called.filter((call) => call.function === 'C_WrapKey' && call.succeeded).length,
    inHosts,
    answers: relay.answers.toString('latin1'),
    needles: needles.length,
    r0s: { opened: opened.length, weak: weak.length },
  };
}
