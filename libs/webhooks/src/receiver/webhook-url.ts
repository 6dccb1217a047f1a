import { holdsSecret } from '#libs/pan-mask';
import type { PublicAddresses } from '#libs/outbound-https';

const LONGEST = 2_048;

/** The port of https. */
const HTTPS = 443;

export interface AllowedUrls {
  readonly addresses: PublicAddresses;
  /** Null for any. */
  readonly ports: readonly number[] | null;
}

/** Why events cannot be sent there, in words for the caller; null when they can. */
export function urlFault(text: string, { addresses, ports }: AllowedUrls): string | null {
  if (text.length > LONGEST) return `must not be longer than ${LONGEST} characters`;
  if (!URL.canParse(text)) return 'must be a URL';
  const url = new URL(text);
  if (url.protocol !== 'https:') return 'must be an https URL';
  if (url.username !== '' || url.password !== '') return 'must not hold credentials: events are signed';
  if (url.hash !== '') return 'must not have a fragment';
  if (ports?.includes(portOf(url)) === false) return `must have port ${ports.join(' or ')}`;
  // The host is left out: a numeric address may look like a card number.
  if (holdsSecret(url.pathname + url.search)) return 'must hold neither a card number nor a credential';
  // The URL parser has turned numbers of every form into dotted decimals (WHATWG URL, section 3.5).
  if (!addresses.allowsHost(url.hostname)) return 'must not name a private or reserved address';
  return null;
}

/** For an https URL. */
export function portOf({ port }: Pick<URL, 'port'>): number {
  return port === '' ? HTTPS : Number(port);
}
