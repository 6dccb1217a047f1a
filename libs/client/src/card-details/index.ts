import type { PinErrorDetail } from '../pin-pad/pin-pad-element.js';
import { PinwardCardDetails } from './card-details.js';
import type { CardDetailsElement } from './card-details-element.js';

export type { CardDetailsElement } from './card-details-element.js';

declare global {
  interface HTMLElementTagNameMap {
    'pinward-card-details': CardDetailsElement;
  }
  interface HTMLElementEventMap {
    'pinward-hidden': CustomEvent<null>;
    'pinward-error': CustomEvent<PinErrorDetail>;
  }
}

/** Makes `<pinward-card-details>` known to the page; a second call does nothing. */
export function defineCardDetails(): void {
  if (customElements.get('pinward-card-details') === undefined)
    customElements.define('pinward-card-details', PinwardCardDetails);
}
