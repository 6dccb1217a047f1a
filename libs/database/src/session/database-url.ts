const FORM = 'postgresql://ROLE:PASSWORD@HOST:PORT/DATABASE';

/**
 * The fault in the text of a database URL; null if there is none. The words follow the setting's name and quote at most
 * one character of it.
 */
export function databaseUrlFault(url: string): string | null {
  const [, rest] = /^postgres(?:ql)?:\/\/(.*)$/s.exec(url) ?? [];
  if (rest === undefined)
    return /^\s*\w+\s*=/.test(url)
      ? `is in the key=value form of libpq: write ${FORM}`
      : `must have the form ${FORM}`;
  const at = rest.lastIndexOf('@');
  const credentials = at === -1 ? '' : rest.slice(0, at);
  const [, reserved] = /^[^/?#]*:[^/?#]*([/?#])/.exec(credentials) ?? [];
  if (reserved !== undefined)
    return `has a raw "${reserved}" in the password: write ${encodeURIComponent(reserved)}`;
  if (/%(?![0-9a-f]{2})/i.test(credentials)) return 'has a raw "%" in role or password: write %25';
  if (!isDecodable(credentials)) return 'has a percent-encoding in role or password that is no UTF-8';
  const [hosts = ''] = /^[^/?#]*/.exec(rest.slice(at + 1)) ?? [];
  if (hosts.includes(',')) return 'names several hosts: name one, or a name that leads to the primary';
  if (/\s/.test(url)) return 'has a blank or a line end in it';
  return URL.canParse(url) ? null : `must have the form ${FORM}`;
}

function isDecodable(text: string): boolean {
  try {
    decodeURIComponent(text);
    return true;
  } catch {
    return false;
  }
}
