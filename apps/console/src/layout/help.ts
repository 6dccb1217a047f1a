/** Opens the help about the keyboard, from wherever it is asked for. */
const HELP = 'pinward-help';

export function askForHelp(): void {
  window.dispatchEvent(new Event(HELP));
}

/** @returns what ends the listening */
export function onHelp(listener: () => void): () => void {
  window.addEventListener(HELP, listener);
  return () => window.removeEventListener(HELP, listener);
}
