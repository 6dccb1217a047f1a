import { auditVectors } from './audit.js';
import type { Kept } from './kept.js';
import { pinEnvelopeVectors } from './pin-envelope.js';
import { pinFieldVectors } from './pin-field.js';
import { pinKeySetVectors } from './pin-key-set.js';
import { revealVectors } from './reveal.js';
import { webhookVectors } from './webhook.js';

/**
 * The files of docs/vectors. They are made from the documentation and Node's cryptography alone, without a line of the
 * product, so that the product can be held to them.
 *
 * @param kept what a file holds now: what is random in it stays, as long as it means the same
 */
export async function makeVectors(kept: (file: string) => Kept): Promise<ReadonlyMap<string, string>> {
  const envelopes = pinEnvelopeVectors(kept('pin-envelope.json'));
  const files = {
    'pin-field.json': pinFieldVectors(),
    'pin-envelope.json': envelopes,
    'pin-key-set.json': pinKeySetVectors(kept('pin-key-set.json'), envelopes.keys),
    'webhook.json': webhookVectors(),
    'reveal.json': await revealVectors(kept('reveal.json')),
    'audit.json': auditVectors(kept('audit.json')),
  };
  return new Map(Object.entries(files).map(([file, value]) => [file, `${JSON.stringify(value, null, 2)}\n`]));
}
