/**
 * Structured clone between threads and processes turns Buffers into Uint8Arrays; the binding and the contract take
 * Buffers only. The memory is shared, not copied.
 */
export function asBuffer(view: Uint8Array): Buffer {
  return Buffer.from(view.buffer, view.byteOffset, view.byteLength);
}
