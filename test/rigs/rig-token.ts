import { spawn, execFileSync, type ChildProcessByStdio } from 'node:child_process';
import { constants, createPublicKey, publicEncrypt, type KeyObject } from 'node:crypto';
import { once } from 'node:events';
import { existsSync, mkdtempSync, mkdirSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import type { Readable, Writable } from 'node:stream';
import { fileURLToPath } from 'node:url';

const TOKEN_PIN = '97531864';
const DRIVER = fileURLToPath(new URL('token-driver.ts', import.meta.url));

export const SOFTHSM =
  ['/usr/lib/softhsm/libsofthsm2.so', '/usr/lib64/softhsm/libsofthsm2.so'].find((path) => existsSync(path)) ??
  '';

/** A fresh SoftHSM2 token in its own folder, for the rigs' tests: no product code uses it. */
export class RigToken {
  readonly folder = mkdtempSync(join(tmpdir(), 'pinward-rig-'));
  readonly #drivers: TokenDriver[] = [];

  constructor() {
    mkdirSync(join(this.folder, 'tokens'));
    writeFileSync(
      this.path('softhsm2.conf'),
      `directories.tokendir = ${this.path('tokens')}\nlog.level = ERROR\n`,
    );
    const pins = ['--so-pin', TOKEN_PIN, '--pin', TOKEN_PIN];
    execFileSync('softhsm2-util', ['--init-token', '--free', '--label', 'rig', ...pins], {
      env: { ...process.env, SOFTHSM2_CONF: this.path('softhsm2.conf') },
    });
  }

  path(name: string): string {
    return join(this.folder, name);
  }

  /** A process that uses the token through `module`. */
  drive(module: string, environment: Record<string, string>): TokenDriver {
    const driver = new TokenDriver(module, { ...environment, SOFTHSM2_CONF: this.path('softhsm2.conf') });
    this.#drivers.push(driver);
    return driver;
  }

  dispose(): void {
    for (const driver of this.#drivers) driver.kill();
    rmSync(this.folder, { recursive: true, force: true });
  }
}

export type Answer = Readonly<Record<string, string | number | undefined>>;

export class TokenDriver {
  readonly #child: ChildProcessByStdio<Writable, Readable, null>;
  readonly #answers: AsyncIterator<string>;
  readonly exited: Promise<unknown>;

  constructor(module: string, environment: Record<string, string>) {
    this.#child = spawn(process.execPath, [DRIVER, module, TOKEN_PIN], {
      env: { ...process.env, ...environment },
      stdio: ['pipe', 'pipe', 'inherit'],
    });
    // If a fault has ended the driver, the missing answer shows it.
    this.#child.stdin.on('error', () => {});
    this.#answers = createInterface({ input: this.#child.stdout })[Symbol.asyncIterator]();
    this.exited = once(this.#child, 'exit');
  }

  /** @returns null when the process ended before it answered */
  async ask(command: string, data?: Buffer): Promise<Answer | null> {
    this.#child.stdin.write(`${JSON.stringify({ do: command, data: data?.toString('base64') })}\n`);
    const answer = await this.#answers.next();
    return answer.done === true ? null : (JSON.parse(answer.value) as Answer);
  }

  /** The signal the process died of, if any. */
  get signal(): NodeJS.Signals | null {
    return this.#child.signalCode;
  }

  get pid(): number {
    return this.#child.pid ?? -1;
  }

  kill(): void {
    this.#child.kill('SIGKILL');
  }

  async end(): Promise<void> {
    this.#child.stdin.end();
    await this.exited;
  }
}

export function transportKey(answer: Answer | null): KeyObject {
  return createPublicKey({ key: { kty: 'RSA', n: String(answer?.modulus), e: 'AQAB' }, format: 'jwk' });
}

export function seal(key: KeyObject, clear: Buffer): Buffer {
  return publicEncrypt({ key, padding: constants.RSA_PKCS1_OAEP_PADDING, oaepHash: 'sha1' }, clear);
}
