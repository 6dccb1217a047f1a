import { once } from 'node:events';
import { existsSync, readFileSync } from 'node:fs';
import { createServer, type AddressInfo } from 'node:net';
import { setTimeout as pause } from 'node:timers/promises';
import { Explained, tell } from '../bootstrap/terminal.mjs';
import { hostInUrl } from '../network/loopback.js';
import { writePrivateFile } from './private-file.js';

const PORT_PATIENCE_MS = 5_000;

/** The port in PORT; 0 takes a free one. */
export function portOf(text: string | undefined): number {
  if (text === undefined) return 8443;
  if (/^\d{1,5}$/.test(text) && Number(text) <= 65_535) return Number(text);
  throw new Explained(`PORT is ${JSON.stringify(text)}: it must be a whole number from 0 to 65535.`);
}

/** The address to call for a listening address, as in a URL. */
export function reachable(host: string): string {
  if (host === '0.0.0.0') return '127.0.0.1';
  if (host === '::') return '[::1]';
  return hostInUrl(host);
}

/** A port that was free a moment ago. */
export async function freePort(host: string): Promise<number> {
  const probe = createServer().listen(0, host);
  await once(probe, 'listening');
  const { port } = probe.address() as AddressInfo;
  probe.close();
  await once(probe, 'close');
  return port;
}

/** The port in that file if it is free, otherwise another one, which is written into it: bookmarks go on working. */
export async function samePort(file: string, host: string): Promise<number> {
  const before = existsSync(file) ? Number(readFileSync(file, 'utf8')) || 0 : 0;
  if (before > 0 && (await canListen(before, host))) return before;
  const port = await freePort(host);
  writePrivateFile(file, String(port));
  return port;
}

/**
 * Waits until the port is free, before anything is started. A service whose npm start was killed may need a moment to
 * end.
 */
export async function untilPortIsFree(port: number, host: string): Promise<void> {
  const deadline = Date.now() + PORT_PATIENCE_MS;
  for (let first = true; !(await canListen(port, host)); first = false) {
    if (first) tell(`port ${port} is in use; waiting a moment`);
    if (Date.now() > deadline) {
      throw new Explained(
        `Port ${port} of ${host} is in use by another process. Stop it, or choose another port: PORT=8444 npm start\n` +
          `To see who it is: ss -ltnp 'sport = :${port}'`,
      );
    }
    await pause(200);
  }
}

function canListen(port: number, host: string): Promise<boolean> {
  return new Promise((resolve, reject) => {
    const probe = createServer();
    probe.once('error', (error: NodeJS.ErrnoException) =>
      error.code === 'EADDRINUSE' ? resolve(false) : reject(new Explained(cannotListen(host, error))),
    );
    probe.listen(port, host, () => probe.close(() => resolve(true)));
  });
}

function cannotListen(host: string, { code, message }: NodeJS.ErrnoException): string {
  switch (code) {
    case 'EADDRNOTAVAIL':
      return `HOST is ${host}, and this machine has no such address.`;
    case 'ENOTFOUND':
    case 'EAI_AGAIN':
      return `HOST is ${host}, a name that cannot be resolved.`;
    case 'EACCES':
      return 'Ports below 1024 are for root: choose another one with PORT.';
    default:
      return `Cannot listen: ${message}`;
  }
}
