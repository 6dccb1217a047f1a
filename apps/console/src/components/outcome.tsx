import { useEffect, useRef, type ReactNode } from 'react';
import { Notice } from './facts.js';

/** What was just done. It takes the focus, since the button that did it is gone. */
export function Outcome({ children }: { readonly children: ReactNode }) {
  const place = useRef<HTMLDivElement>(null);
  useEffect(() => place.current?.focus(), []);
  return (
    <div ref={place} className="outcome" tabIndex={-1} role="status">
      <Notice tone="good">{children}</Notice>
    </div>
  );
}
