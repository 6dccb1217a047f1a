/** Seconds, unless the attributes of the same names say others. */
const AFTER = { 'forget-after': 60, 'forget-after-blur': 20 } as const;

/**
 * When the digits of a pad are forgotten: a while after the last key, a shorter while after the focus has left the pad or the page
 * was hidden, and at once when the page is left, since a browser may keep it for its Back button.
 */
export class Forgetting {
  #timer: ReturnType<typeof setTimeout> | undefined;

  /** @param forget called with whether the page is being left */
  constructor(
    private readonly pad: HTMLElement,
    private readonly forget: (isLeft: boolean) => void,
  ) {
    pad.addEventListener('focusout', () => this.#after('forget-after-blur'));
    pad.addEventListener('focusin', () => this.later());
  }

  start(): void {
    document.addEventListener('visibilitychange', this.#onHide);
    window.addEventListener('pagehide', this.#onLeave);
  }

  stop(): void {
    document.removeEventListener('visibilitychange', this.#onHide);
    window.removeEventListener('pagehide', this.#onLeave);
    clearTimeout(this.#timer);
  }

  /** A key was pressed. */
  later(): void {
    this.#after('forget-after');
  }

  #after(name: keyof typeof AFTER): void {
    clearTimeout(this.#timer);
    const seconds = Number(this.pad.getAttribute(name)) || AFTER[name];
    this.#timer = setTimeout(() => this.forget(false), seconds * 1_000);
  }

  readonly #onHide = (): void => {
    if (document.hidden) this.#after('forget-after-blur');
  };

  readonly #onLeave = (): void => this.forget(true);
}
