import type { DialogProps } from './plain-dialog.js';
import { whenOpened } from './when-opened.js';

/** Something to read above the page; Escape and a click beside it close it. */
export const Dialog = whenOpened<DialogProps>(() => import('./plain-dialog.js'));
