import { holdsSecret } from '#libs/pan-mask';
import { readPersonName } from '#libs/person-names';
import { COMMAND_LINE } from '#libs/requests';

/** The fault that keeps a text from being a person's name, in words that do not repeat it; null if there is none. */
export function personNameFault(text: string): string | null {
  const read = readPersonName(text);
  if ('fault' in read) return read.fault;
  if (holdsSecret(read.name)) return 'looks like a card number';
  // Logins of the command line's machine have such names.
  return read.name.toLowerCase().startsWith(COMMAND_LINE) ? 'is reserved' : null;
}
