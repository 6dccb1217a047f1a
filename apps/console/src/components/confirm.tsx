import type { ConfirmProps } from './confirm-dialog.js';
import { whenOpened } from './when-opened.js';

const load = () => import('./confirm-dialog.js');

/** Asks before something is done that is not undone. It stays open until the answer is there; refusals are told in it. */
export const Confirm = whenOpened<ConfirmProps>(load);

/** Fetches the dialog before it is needed: the warning that a session ends must not wait for the network. */
export function fetchConfirm(): void {
  load().catch(() => undefined);
}
