import { useState } from 'react';
import type { Schemas } from './client.js';
import { useDraft } from './draft.js';
import { useIntention, type Intention } from './intention.js';
import { useShownSecret, type ShownSecret } from './shown-secret.js';

/** A secret that is changed for a reason: its form, and what came of it. */
export interface Rotation {
  readonly open: boolean;
  readonly setOpen: (open: boolean) => void;
  /** The new secret, until it is forgotten. */
  readonly shown: ShownSecret | null;
  readonly forgetSecret: () => void;
  /** Its output is the approval that was asked for, where it takes a second person. */
  readonly intention: Intention<string, Schemas['ApprovalRequested'] | null>;
}

/**
 * @param name of the intention and of its draft: `rotate-secret:<client id>`
 * @param rotate the call, for a reason, under a request id
 */
export function useRotation(
  name: string,
  rotate: (reason: string, requestId: string) => Promise<ShownSecret | Schemas['ApprovalRequested']>,
): Rotation {
  const [draft, , forgetDraft] = useDraft(name);
  const [open, setOpen] = useState(draft !== '');
  const [shown, show, forgetSecret] = useShownSecret();
  const intention = useIntention(
    name,
    async (reason: string, requestId) => {
      const answer = await rotate(reason, requestId);
      if (!('secret' in answer)) return answer;
      show(answer);
      return null;
    },
    {
      done: () => {
        forgetDraft();
        setOpen(false);
      },
    },
  );
  return { open, setOpen, shown, forgetSecret, intention };
}
