import { SealBroken } from '../contract/faults.js';

/** What AES-GCM makes of a value. */
export interface GcmSealed {
  /** 12 bytes, or up to 16 where the HSM made it. */
  readonly iv: Buffer;
  /** Ciphertext and tag. */
  readonly sealed: Buffer;
}

const PLAIN_IV_BYTES = 12;
const LONGEST_IV_BYTES = 16;
const TAG_BYTES = 16;
/** Before an IV of another length: this, the IV's length in one byte, the IV. */
const MARK = Buffer.from('pinward', 'ascii');
const HEADER_BYTES = MARK.length + 1;

/**
 * The stored form: IV, ciphertext, tag. An IV of 12 bytes stands bare, as it always has; before another length, and one that
 * could be taken for it, stands a header. A bare IV that looks like one comes by chance once in 2^61 values, and is not lost
 * but marked.
 */
export function sealedForm({ iv, sealed }: GcmSealed): Buffer {
  const isBare = iv.length === PLAIN_IV_BYTES && markedIvBytes(iv) === null;
  return Buffer.concat(isBare ? [iv, sealed] : [MARK, Buffer.of(iv.length), iv, sealed]);
}

/** @throws SealBroken when the bytes are too few for any value */
export function parseSealedForm(bytes: Buffer): GcmSealed {
  const marked = markedIvBytes(bytes);
  const [start, length] = marked === null ? [0, PLAIN_IV_BYTES] : [HEADER_BYTES, marked];
  const iv = bytes.subarray(start, start + length);
  const sealed = bytes.subarray(start + length);
  if (sealed.length < TAG_BYTES) throw new SealBroken('too short to have been sealed');
  return { iv, sealed };
}

/** Length of the IV behind a header; null where there is none. */
function markedIvBytes(bytes: Buffer): number | null {
  if (!bytes.subarray(0, MARK.length).equals(MARK)) return null;
  const length = bytes[MARK.length] ?? 0;
  return length >= PLAIN_IV_BYTES && length <= LONGEST_IV_BYTES ? length : null;
}
