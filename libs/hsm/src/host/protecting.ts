import type { AssociatedData, Protected, ProtectRequest } from '../contract/pin-hsm.js';
import type { KeyKind, SealKind } from '../contract/keys.js';
import { lengthPrefixed } from '../evaluation/verifier-mac.js';
import { asBuffer, type HostReplies, type NewHostTask } from './messages.js';

/** Key and place are authenticated with the value, so it does not open in another row, column or generation. */
export function authenticated(
  { kind, generation }: { readonly kind: SealKind; readonly generation: number },
  associatedData: AssociatedData,
): Buffer {
  return lengthPrefixed('pinward:sealed:v1', kind, String(generation), ...associatedData);
}

type ProtectTask = Extract<NewHostTask, { readonly kind: 'protect' }>;

/** The request as a worker gets it, under the keys that are current now. */
export function protectTask(
  { tenantId, seals, macs }: ProtectRequest,
  generationOf: (kind: KeyKind) => number,
): ProtectTask {
  return {
    kind: 'protect',
    tenantId,
    seals: seals.map(({ kind, value, associatedData }) => {
      const key = { kind, generation: generationOf(kind) };
      return { key, value, associatedData: authenticated(key, associatedData) };
    }),
    macs: macs.map(({ kind, input }) => ({ key: { kind, generation: generationOf(kind) }, input })),
  };
}

/** @throws Error when the worker has not answered all of it: a fault of ours */
export function protectedBy(task: ProtectTask, reply: HostReplies['protect']): Protected {
  const answered = (values: readonly Uint8Array[], at: number): Buffer => {
    const value = values[at];
    if (value === undefined) throw new Error('a worker has left something unprotected');
    return asBuffer(value);
  };
  return {
    seals: task.seals.map(({ key: { generation } }, at) => ({
      generation,
      bytes: answered(reply.seals, at),
    })),
    macs: task.macs.map(({ key: { generation } }, at) => ({ generation, value: answered(reply.macs, at) })),
  };
}
