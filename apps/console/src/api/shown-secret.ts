import { useEffect, useState } from 'react';

/** A secret that was just made, and what it is of. */
export interface ShownSecret {
  readonly of: string;
  readonly secret: string;
}

/**
 * A secret that is shown once. It lives in the page alone: what an intention keeps of its answer is to be without it. It
 * is gone when the page is left, also where the browser keeps pages for its Back.
 *
 * @returns the secret or null, what shows it, what forgets it
 */
export function useShownSecret(): readonly [ShownSecret | null, (secret: ShownSecret) => void, () => void] {
  const [shown, setShown] = useState<ShownSecret | null>(null);
  useEffect(() => {
    const forget = () => setShown(null);
    window.addEventListener('pagehide', forget);
    return () => window.removeEventListener('pagehide', forget);
  }, []);
  return [shown, setShown, () => setShown(null)];
}
