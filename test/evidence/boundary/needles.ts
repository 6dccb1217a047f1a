import { KNOWN_ANSWER_FIELD } from '#libs/hsm/pkcs11';
import { binaryNeedles, pinNeedles, type Needle } from '../../rigs/memory-scan.js';
import type { PlayedDemo } from './play-demo.js';

/** The forms in which 24 bytes would be logged or sent; for the hundreds of values that the weak list gives. */
const COMMON_FORMS = /as (raw bytes|hex|upper-case hex|base64(url)? at \d)(, UTF-16)?$/;

/** Every form of every PIN that the demos used. */
export async function needlesOf(demos: readonly PlayedDemo[]): Promise<readonly Needle[]> {
  const pins = demos.flatMap(({ pins: all, pinAccount, cardId }) =>
    all.map((pin) => ({ pin, pinAccount, cardId })),
  );
  return (await Promise.all(pins.map((pin) => pinNeedles(pin)))).flat();
}

/** R0s of cardholders' PINs in every form, those of the weak list in the common ones. */
export function wrappedNeedles(opened: readonly Buffer[], weak: readonly Buffer[]): readonly Needle[] {
  return [
    ...opened.flatMap((r0) => binaryNeedles('R0', r0)),
    ...weak.flatMap((r0) =>
      binaryNeedles('R0 of a weak PIN', r0).filter(({ name }) => COMMON_FORMS.test(name)),
    ),
  ];
}

const CONTROL = 'control: ';

/**
 * What is no secret and must be found wherever a service has really been at work: a search that misses these was
 * looking at the wrong thing.
 */
export function controlNeedles(demos: readonly PlayedDemo[]): readonly Needle[] {
  return [
    { name: `${CONTROL}ready line`, bytes: Buffer.from('Pinward listens on') },
    { name: `${CONTROL}function name`, bytes: Buffer.from('C_UnwrapKey') },
    ...demos.flatMap(({ cardId, modulus }) => [
      { name: `${CONTROL}card id`, bytes: Buffer.from(cardId) },
      { name: `${CONTROL}card id in binary`, bytes: Buffer.from(cardId.replaceAll('-', ''), 'hex') },
      { name: `${CONTROL}published modulus`, bytes: Buffer.from(modulus) },
      { name: `${CONTROL}modulus in binary`, bytes: Buffer.from(modulus, 'base64url') },
    ]),
  ];
}

/** The PIN field that the start-up checks use. It is public, and known to be in the memory of every HSM host. */
export const CANARY: readonly Needle[] = binaryNeedles('dummy', KNOWN_ANSWER_FIELD);

interface Found {
  readonly needle: string;
}
export const isPin = ({ needle }: Found): boolean => needle.startsWith('PIN ');
export const isWrapped = ({ needle }: Found): boolean => needle.startsWith('R0 ');
export const isControl = ({ needle }: Found): boolean => needle.startsWith(CONTROL);
export const isCanary = ({ needle }: Found): boolean => needle.startsWith('dummy ');
