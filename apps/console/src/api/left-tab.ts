const LEFT = 'signed-out';

/** The person has signed out in this tab: whoever presses Back is not to be let in by a login that the provider remembers. */
export function tabWasLeft(): void {
  sessionStorage.setItem(LEFT, 'yes');
}

export function isLeft(): boolean {
  return sessionStorage.getItem(LEFT) !== null;
}

export function tabIsUsed(): void {
  sessionStorage.removeItem(LEFT);
}

/**
 * Browsers keep pages for their Back, with all that they show. One that comes back is read anew, since its session may be
 * over, or another person's; until then nothing of it is seen.
 */
export function forgetKeptPages(): void {
  window.addEventListener('pagehide', ({ persisted }) => {
    document.documentElement.hidden = persisted;
  });
  window.addEventListener('pageshow', ({ persisted }) => {
    if (persisted) window.location.reload();
  });
}
