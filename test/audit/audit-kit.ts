import {
  CheckpointFile,
  KeepCheckpoints,
  SealTrail,
  verifierKeys,
  verifyTrail,
  type TrailReport,
  type Witness,
} from '#libs/audit';
import type { PinHsm } from '#libs/hsm';
import { mkdtemp } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { openStore, type StoreUnderTest } from '../store/store-kit.js';
import { FakeHsm } from '../support/fake-hsm.js';

export const ORIGIN = 'bank.example/pinward';

export interface TrailUnderTest extends AsyncDisposable {
  readonly rig: StoreUnderTest;
  readonly hsm: PinHsm;
  readonly seal: SealTrail;
  readonly file: CheckpointFile;
  readonly path: string;
  /** Another process with the same file. */
  keeper(witness?: Witness, keptIn?: CheckpointFile | null): KeepCheckpoints;
  /** With the checkpoint of the file, where there is one. */
  verify(keptNote?: string | null): Promise<TrailReport>;
}

export async function openTrail(): Promise<TrailUnderTest> {
  const rig = await openStore();
  // Of setting up keys: nothing that is looked at here.
  await rig.owner.query('DELETE FROM audit_events');
  const hsm = await FakeHsm.open();
  const { dataSource, owner } = rig;
  const parts = { dataSource, hsm, origin: ORIGIN };
  const path = join(await mkdtemp(join(tmpdir(), 'pinward-trail-')), 'checkpoint');
  const file = new CheckpointFile(path);
  return {
    rig,
    hsm,
    file,
    path,
    seal: new SealTrail(parts),
    keeper: (witness, keptIn = file) =>
      new KeepCheckpoints({ ...parts, file: keptIn, witness: witness ?? null }),
    verify: async (keptNote) =>
      await verifyTrail(owner, {
        origin: ORIGIN,
        keys: verifierKeys(hsm, ORIGIN),
        keptNote: keptNote === undefined ? await file.read() : keptNote,
      }),
    [Symbol.asyncDispose]: () => rig[Symbol.asyncDispose](),
  };
}
