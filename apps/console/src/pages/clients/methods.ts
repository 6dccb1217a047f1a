import type { Schemas } from '../../api/client.js';

export type Method = Schemas['WithdrawMethod']['method'];

export const METHODS: readonly Method[] = ['client_secret', 'private_key_jwt', 'tls_client_auth'];

/** How a client proves itself. */
export const METHOD_WORDS: Readonly<Record<Method, string>> = {
  client_secret: 'a secret',
  private_key_jwt: 'a key of its own (private_key_jwt)',
  tls_client_auth: 'a certificate (tls_client_auth)',
};

/** The methods that a client holds now. */
export function methodsHeld({ secrets, keys }: Pick<Schemas['Client'], 'secrets' | 'keys'>): Method[] {
  return METHODS.filter((method) =>
    method === 'client_secret' ? secrets.length > 0 : keys.some((key) => key.method === method),
  );
}
