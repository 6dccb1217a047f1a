import type { Schemas } from '../../api/client.js';
import type { Tone } from '../../components/facts.js';

export type CheckState = Schemas['SoundnessCheck']['state'];

export const STATE_TONES: Readonly<Record<CheckState, Tone>> = {
  sound: 'good',
  degraded: 'warning',
  unsound: 'bad',
  unknown: 'warning',
  off: 'plain',
};
export const STATE_WORDS: Readonly<Record<CheckState, string>> = {
  sound: 'sound',
  degraded: 'degraded',
  unsound: 'unsound',
  unknown: 'unknown',
  off: 'not used',
};

/** Disc with a tick, triangle, octagon, diamond, ring: each is known without its colour. */
const SHAPES: Readonly<Record<CheckState, readonly [outline: string, mark: string]>> = {
  sound: ['M10 1a9 9 0 1 0 0 18a9 9 0 1 0 0-18Z', 'M5.5 10.5l3 3l6-7'],
  degraded: ['M10 1.5l9 16.5H1Z', 'M10 7v5.5M10 14.7v1'],
  unsound: ['M6.3 1h7.4L19 6.3v7.4L13.7 19H6.3L1 13.7V6.3Z', 'M6.5 6.5l7 7M13.5 6.5l-7 7'],
  unknown: ['M10 .8L19.2 10L10 19.2L.8 10Z', 'M8 8a2 2 0 1 1 2.6 1.9q-.6.3-.6 1.3M10 13.4v.8'],
  off: ['M10 2a8 8 0 1 0 0 16a8 8 0 1 0 0-16Z', ''],
};

/** Beside the word for it, which says the same. */
export function StateShape({ state }: { readonly state: CheckState }) {
  const [outline, mark] = SHAPES[state];
  return (
    <svg className={`shape shape-${STATE_TONES[state]}`} viewBox="0 0 20 20" aria-hidden="true">
      <path className={state === 'off' ? 'shape-ring' : 'shape-body'} d={outline} />
      {mark !== '' && <path className="shape-mark" d={mark} />}
    </svg>
  );
}
