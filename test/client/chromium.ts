import { existsSync } from 'node:fs';
import { chromium, type Browser } from 'playwright-core';

const INSTALLED_AT = ['/usr/bin/chromium', '/usr/bin/chromium-browser'];

/** Debian's Chromium; null, and said aloud, where it is not installed. */
export function findChromium(): string | null {
  const program = INSTALLED_AT.find((path) => existsSync(path)) ?? null;
  if (program === null) console.warn('SKIPPED: chromium is missing (apt-get install chromium)');
  return program;
}

let running: Promise<Browser> | undefined;

/** Without a window; one for all test files of a process, at whose end it ends. */
export async function theChromium(executablePath: string): Promise<Browser> {
  running ??= chromium.launch({ executablePath, args: ['--disable-gpu', '--disable-dev-shm-usage'] });
  return await running;
}
