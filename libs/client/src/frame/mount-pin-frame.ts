import { make } from '../pin-pad/element.js';
import type { PinEventDetail, PinPadMode, PinPadText } from '../pin-pad/index.js';
import type { PinKeySet } from '../pin-key.js';
import { PinFrameError } from './frame-error.js';
import { CONNECT, type ShowMessage, type ToFrame, type ToPage } from './messages.js';

export interface PinFrameOptions {
  /** The hosted page, e.g. "https://pin.example/"; its origin must be another than this page's. */
  readonly src: string | URL;
  readonly mode: PinPadMode;
  readonly cardId: string;
  readonly pinAccount: string;
  /** The answer of GET /v1/pin-keys. Whose signature it must have, the frame's own configuration says. */
  readonly keySet: PinKeySet | Promise<PinKeySet>;
  /** Sends the envelope. What it gives back, the body of the service's answer, is shown; a rejection has failed. */
  readonly onPin: (pin: PinEventDetail) => unknown;
  /** The pad could not encrypt, e.g. `PIN_KEY_SET_EXPIRED`. */
  readonly onError?: (code: string) => void;
  readonly layout?: 'telephone' | 'shuffled';
  readonly min?: number;
  readonly max?: number;
  /** How the digits 0 to 9 are written: ten characters. */
  readonly digits?: string;
  readonly autoConfirm?: boolean;
  readonly texts?: Partial<Readonly<Record<PinPadText, string>>>;
  /** Name of the frame for screen readers. Default "PIN". */
  readonly title?: string;
  /** Default: as the page has them around the frame. */
  readonly lang?: string;
  readonly dir?: string;
  readonly colorScheme?: string;
  readonly theme?: Readonly<Record<`--pinward-${string}`, string>>;
  /** Seconds until a frame that does not answer is given up. Default 15. */
  readonly timeout?: number;
}

export interface PinFrame {
  /** Begins with the first step. */
  restart(): void;
  focus(): void;
  /** Takes the frame out of the page, with all that was typed. */
  remove(): void;
}

const TIMEOUT_SECONDS = 15;

/**
 * Shows a pad that this page cannot look into: in a frame of another origin.
 *
 * @param container which the frame is put into
 * @throws PinFrameError
 */
export async function mountPinFrame(container: HTMLElement, options: PinFrameOptions): Promise<PinFrame> {
  const url = new URL(options.src, document.baseURI);
  if (url.origin === location.origin) throw new PinFrameError('FRAME_OF_SAME_ORIGIN');
  const frame = make('iframe', {
    src: url.href,
    title: options.title ?? 'PIN',
    // Its origin stays its own; it needs no forms, windows or navigation of the page.
    sandbox: 'allow-scripts allow-same-origin',
    referrerpolicy: 'no-referrer',
  });
  Object.assign(frame.style, { border: '0', inlineSize: '100%', blockSize: '0', display: 'block' });
  container.append(frame);
  try {
    const port = await connected(frame, url.origin, (options.timeout ?? TIMEOUT_SECONDS) * 1_000);
    port.addEventListener(
      'message',
      ({ data }: MessageEvent<ToPage>) => void heard(data, { frame, port, options }),
    );
    send(port, await shown(container, options));
    return {
      restart: () => send(port, { type: 'restart' }),
      focus: () => {
        frame.focus();
        send(port, { type: 'focus' });
      },
      remove: () => frame.remove(),
    };
  } catch (error) {
    frame.remove();
    throw error;
  }
}

/** The port goes to a window of this origin or nowhere, so that what comes out of it is of that origin. */
async function connected(
  frame: HTMLIFrameElement,
  origin: string,
  milliseconds: number,
): Promise<MessagePort> {
  const { port1, port2 } = new MessageChannel();
  return await new Promise((resolve, reject) => {
    const timer = setTimeout(() => reject(new PinFrameError('FRAME_UNREACHABLE')), milliseconds);
    frame.addEventListener('load', () => frame.contentWindow?.postMessage(CONNECT, origin, [port2]), {
      once: true,
    });
    port1.addEventListener(
      'message',
      ({ data }: MessageEvent<ToPage>) => {
        clearTimeout(timer);
        if (data.type === 'refused') reject(new PinFrameError(data.code));
        else resolve(port1);
      },
      { once: true },
    );
    port1.start();
  });
}

interface Mounted {
  readonly frame: HTMLIFrameElement;
  readonly port: MessagePort;
  readonly options: PinFrameOptions;
}

async function heard(message: ToPage, { frame, port, options }: Mounted): Promise<void> {
  if (message.type === 'size') frame.style.blockSize = `${message.height}px`;
  if (message.type === 'error') options.onError?.(message.code);
  if (message.type !== 'pin') return;
  const { mode, body } = message;
  await Promise.resolve()
    .then(() => options.onPin({ mode, body }))
    .then((answer) => send(port, { type: 'answer', body: answer }))
    // Without a body it has failed.
    .catch(() => send(port, { type: 'answer', body: undefined }));
}

async function shown(container: HTMLElement, options: PinFrameOptions): Promise<ShowMessage> {
  const { mode, layout, min, max, digits, autoConfirm, cardId, pinAccount, texts = {} } = options;
  const { direction, colorScheme } = getComputedStyle(container);
  const given = {
    mode,
    layout,
    min,
    max,
    digits,
    'auto-confirm': autoConfirm === true ? '' : undefined,
    'card-id': cardId,
    'pin-account': pinAccount,
    ...Object.fromEntries(Object.entries(texts).map(([name, text]) => [`text-${name}`, text])),
  };
  const attributes = Object.entries(given).flatMap(([name, value]) =>
    value === undefined ? [] : [[name, String(value)] as const],
  );
  return {
    type: 'show',
    attributes: Object.fromEntries(attributes),
    keySet: await options.keySet,
    lang: options.lang ?? document.documentElement.lang,
    dir: options.dir ?? direction,
    colorScheme: options.colorScheme ?? colorScheme,
    theme: options.theme ?? {},
  };
}

function send(port: MessagePort, message: ToFrame): void {
  port.postMessage(message);
}
