import type { RevealPublicJwk } from '../reveal/index.js';

/** `<pinward-card-details>`, as a page sees it: docs/pin-pad.md. */
export interface CardDetailsElement extends HTMLElement {
  /**
   * Makes a key pair for one reveal. Its private half stays here, and cannot be read out.
   *
   * @returns what is sent as `recipientKey`
   */
  newKey(): Promise<RevealPublicJwk>;
  /**
   * Opens what the service answered to a reveal, and shows it.
   *
   * @param answer the body, problems included, or a promise of it; what cannot be opened has failed
   */
  show(answer: unknown): Promise<void>;
  /** Takes the card data out of the page. */
  hide(): void;
}
