import { randomBytes } from 'node:crypto';

/**
 * A UUID of version 8 (RFC 9562, section 5.8) that begins with the event's number: deliveries of one key are taken in
 * the order of their ids where they were made in one transaction.
 */
export function newDeliveryId(eventId: string): string {
  const bytes = randomBytes(16);
  bytes.writeUIntBE(Number(eventId), 0, 6);
  bytes.writeUInt8((bytes.readUInt8(6) & 0x0f) | 0x80, 6);
  bytes.writeUInt8((bytes.readUInt8(8) & 0x3f) | 0x80, 8);
  const hex = bytes.toString('hex');
  return [hex.slice(0, 8), hex.slice(8, 12), hex.slice(12, 16), hex.slice(16, 20), hex.slice(20)].join('-');
}
