import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { runDemo, type DemoScene as Scene } from '../../rigs/run-demo.js';
import type { RecordingRelay } from './recording-relay.js';

/** What one run of the demo left: its PINs come from the file that it writes for tests. */
export interface PlayedDemo {
  readonly cardId: string;
  readonly pinAccount: string;
  readonly pins: readonly string[];
  /** Of the published transport key, base64url. */
  readonly modulus: string;
  readonly printed: string;
}

export interface DemoScene extends Omit<Scene, 'baseUrl'> {
  readonly relay: RecordingRelay;
}

/**
 * The demo against a service behind the relay.
 *
 * @throws Error with what it printed, when a step did not go as it should
 */
export async function playDemo({ relay, ...scene }: DemoScene, folder: string): Promise<PlayedDemo> {
  const pinsFile = join(folder, 'pins.json');
  const { baseUrl } = relay;
  const printed = await runDemo({ ...scene, baseUrl }, folder, ['--pins-file', pinsFile]);
  const used = JSON.parse(readFileSync(pinsFile, 'utf8')) as Pick<
    PlayedDemo,
    'cardId' | 'pinAccount' | 'pins'
  >;
  const modulus = /"n":"([\w-]{300,})"/.exec(relay.answers.toString('latin1'))?.[1] ?? '';
  return { ...used, modulus, printed };
}
