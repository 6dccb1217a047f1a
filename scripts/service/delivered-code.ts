import { existsSync, readFileSync } from 'node:fs';
import { setTimeout as pause } from 'node:timers/promises';

const DELIVERED_WITHIN_MS = 15_000;
const LOOK_EVERY_MS = 10;

interface Delivered {
  readonly otpId: string;
  readonly code: string;
}

/** The cardholder's code, from the file that replaces the message gateway. */
export async function deliveredCode(outboxFile: string, otpId: string): Promise<string> {
  const deadline = performance.now() + DELIVERED_WITHIN_MS;
  while (performance.now() < deadline) {
    const lines = existsSync(outboxFile) ? readFileSync(outboxFile, 'utf8').split('\n') : [];
    for (const line of lines.slice(0, -1).toReversed()) {
      const delivered = JSON.parse(line) as Delivered;
      if (delivered.otpId === otpId) return delivered.code;
    }
    await pause(LOOK_EVERY_MS);
  }
  throw new Error('the one-time password was not delivered');
}
