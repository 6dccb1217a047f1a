import type { PinErrorDetail, PinEventDetail, PinPadElement } from './pin-pad-element.js';
import { PinwardPinPad } from './pin-pad.js';

export type { PinBody, PinPadMode } from './dialogue.js';
export type { PinErrorDetail, PinEventDetail, PinPadElement } from './pin-pad-element.js';
export type { TextName as PinPadText } from './texts.js';

declare global {
  interface HTMLElementTagNameMap {
    'pinward-pin-pad': PinPadElement;
  }
  interface HTMLElementEventMap {
    'pinward-pin': CustomEvent<PinEventDetail>;
    'pinward-error': CustomEvent<PinErrorDetail>;
  }
}

/** Makes `<pinward-pin-pad>` known to the page; a second call does nothing. */
export function definePinPad(): void {
  if (customElements.get('pinward-pin-pad') === undefined)
    customElements.define('pinward-pin-pad', PinwardPinPad);
}
