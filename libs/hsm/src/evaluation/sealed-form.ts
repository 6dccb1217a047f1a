import { SealBroken } from '../contract/faults.js';

/** The result of AES-GCM. */
export interface GcmSealed {
  /** 12 bytes, or up to 16 if the HSM made it. */
  readonly iv: Buffer;
  /** Ciphertext and tag. */
  readonly sealed: Buffer;
}

const PLAIN_IV_BYTES = 12;
const LONGEST_IV_BYTES = 16;
const TAG_BYTES = 16;
/** Header of an IV of another length: this mark, the IV's length in one byte, then the IV. */
const MARK = Buffer.from('pinward', 'ascii');
const HEADER_BYTES = MARK.length + 1;

/**
 * The stored form: IV, ciphertext, tag. An IV of 12 bytes has no header, as in earlier versions. An IV of another
 * length has a header, and so has a 12-byte IV that looks like one. That happens by chance once in 2^61 values.
 */
export function sealedForm({ iv, sealed }: GcmSealed): Buffer {
  const isBare = iv.length === PLAIN_IV_BYTES && markedIvBytes(iv) === null;
  return Buffer.concat(isBare ? [iv, sealed] : [MARK, Buffer.of(iv.length), iv, sealed]);
}

/** @throws SealBroken when there are too few bytes for any value */
export function parseSealedForm(bytes: Buffer): GcmSealed {
  const marked = markedIvBytes(bytes);
  const [start, length] = marked === null ? [0, PLAIN_IV_BYTES] : [HEADER_BYTES, marked];
  const iv = bytes.subarray(start, start + length);
  const sealed = bytes.subarray(start + length);
  if (sealed.length < TAG_BYTES) throw new SealBroken('too short to have been sealed');
  return { iv, sealed };
}

/** Length of the IV after a header; null if there is no header. */
function markedIvBytes(bytes: Buffer): number | null {
  if (!bytes.subarray(0, MARK.length).equals(MARK)) return null;
  const length = bytes[MARK.length] ?? 0;
  return length >= PLAIN_IV_BYTES && length <= LONGEST_IV_BYTES ? length : null;
}
