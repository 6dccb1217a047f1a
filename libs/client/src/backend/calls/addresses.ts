const LOOPBACK = /^(localhost|127\.\d+\.\d+\.\d+|\[::1\])$/;

/**
 * "https://pins.example", perhaps with a path before that of the contract.
 *
 * @throws TypeError for what is no HTTPS address; plain HTTP goes to a TLS proxy on the same host alone
 */
export function checkedBaseUrl(baseUrl: string): string {
  const url = URL.canParse(baseUrl) ? new URL(baseUrl) : undefined;
  const isSafe = url?.protocol === 'https:' || (url?.protocol === 'http:' && LOOPBACK.test(url.hostname));
  const isBare = url?.search === '' && url.hash === '' && url.username === '' && url.password === '';
  if (url === undefined || !isSafe || !isBare)
    throw new TypeError('baseUrl is not an HTTPS address such as https://pins.example');
  return url.href.replace(/\/+$/, '');
}

/** HTTP Basic; both parts are form-encoded before they are joined (RFC 6749, section 2.3.1). */
export function basicAuthorization(clientId: string, clientSecret: string): string {
  return `Basic ${btoa(`${formEncoded(clientId)}:${formEncoded(clientSecret)}`)}`;
}

function formEncoded(text: string): string {
  return new URLSearchParams({ '': text }).toString().slice(1);
}
