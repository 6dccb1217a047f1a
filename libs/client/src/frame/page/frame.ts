// The page that is hosted on an origin of its own (docs/pin-pad.md): it shows the pad to the pages that its configuration names.
import { definePinPad, type PinPadElement } from '../../pin-pad/index.js';
import { make } from '../../pin-pad/element.js';
import { CONNECT, PAD_ATTRIBUTES, type ShowMessage, type ToFrame, type ToPage } from '../messages.js';
import { frameConfiguration, type FrameConfiguration } from './configuration.js';

const configuration = fetch('pinward-frame.json', { cache: 'no-cache' })
  .then(async (response) => frameConfiguration(await response.json()))
  .catch(() => undefined);

let isConnected = false;

definePinPad();
addEventListener('message', (event) => void greet(event));

/** Everything but a first message of the embedding window, with a port, is passed over. */
async function greet({ source, origin, data, ports: [port] }: MessageEvent<unknown>): Promise<void> {
  const { pinward, version } = (data ?? {}) as Partial<Record<keyof typeof CONNECT, unknown>>;
  const isGreeting = pinward === CONNECT.pinward && version === CONNECT.version;
  if (source !== parent || port === undefined || !isGreeting || isConnected) return;
  isConnected = true;
  const known = await configuration;
  if (known === undefined) return tell(port, { type: 'refused', code: 'FRAME_NOT_SET_UP' });
  // Firefox does not tell about windows further up: the header frame-ancestors looks at them everywhere.
  const origins = [origin, ...(location.ancestorOrigins ?? [])];
  if (!origins.every((embedder) => known.embedders.includes(embedder)))
    return tell(port, { type: 'refused', code: 'FRAME_ORIGIN_REFUSED' });
  serve(port, known);
}

function serve(port: MessagePort, { manifestPins }: FrameConfiguration): void {
  const pad = make('pinward-pin-pad', { 'manifest-pins': manifestPins.join(' ') });
  pad.addEventListener('pinward-pin', ({ detail }) => tell(port, { type: 'pin', ...detail }));
  pad.addEventListener('pinward-error', ({ detail }) => tell(port, { type: 'error', ...detail }));
  new ResizeObserver(() =>
    tell(port, { type: 'size', height: Math.ceil(document.body.offsetHeight) }),
  ).observe(document.body);
  port.addEventListener('message', ({ data }: MessageEvent<ToFrame>) => {
    if (data.type === 'show') show(pad, data);
    if (data.type === 'answer') void pad.answer(data.body);
    if (data.type === 'restart') pad.restart();
    if (data.type === 'focus') pad.focus();
  });
  port.start();
  tell(port, { type: 'welcome' });
}

function show(pad: PinPadElement, { attributes, keySet, lang, dir, colorScheme, theme }: ShowMessage): void {
  const root = document.documentElement;
  Object.assign(root, { lang, dir });
  root.style.colorScheme = colorScheme;
  for (const [name, value] of Object.entries(theme))
    if (name.startsWith('--pinward-')) root.style.setProperty(name, value);
  for (const [name, value] of Object.entries(attributes))
    if (name.startsWith('text-') || PAD_ATTRIBUTES.some((known) => known === name))
      pad.setAttribute(name, value);
  pad.keySet = keySet;
  document.body.replaceChildren(pad);
}

function tell(port: MessagePort, message: ToPage): void {
  port.postMessage(message);
}
