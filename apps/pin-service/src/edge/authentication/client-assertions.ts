import type { ApiClient, ClientKeyRegistry, ClientKeys, KeyHolder, PublicJwk } from '#libs/api-clients';
import {
  AssertionRefused,
  checkedClaims,
  readAssertion,
  signerOf,
  type Assertion,
  type Candidate,
  type ShownAssertion,
} from './client-assertion.js';
import type { ClientKeySets } from './client-key-sets.js';
import type { SpentProofs } from './spent-proofs.js';

/** A client proves itself with a JWT that its key has signed (RFC 7523, section 2.2): private_key_jwt. */
export class ClientAssertions {
  constructor(
    private readonly keys: ClientKeyRegistry,
    private readonly sets: ClientKeySets,
    private readonly spent: SpentProofs,
    private readonly issuer: string,
    private readonly now: () => Date = () => new Date(),
  ) {}

  /**
   * @returns null, without a reason, unless a key of the client has signed
   * @throws AssertionRefused with one, as the client itself made the mistake; PinwardError DATABASE_UNAVAILABLE,
   * CLIENT_KEYS_UNAVAILABLE
   */
  async prove(
    shown: ShownAssertion,
    mayCallFromHere: (client: ApiClient) => boolean,
  ): Promise<ApiClient | null> {
    // 1. Who says to have signed it.
    const assertion = readAssertion(shown.assertion);
    if (assertion === null || (shown.clientId !== null && shown.clientId !== assertion.sub)) return null;
    // 2. Who has signed it. From a wrong address no key works.
    const holders = (await this.keys.holders(assertion.sub)).filter(({ client }) => mayCallFromHere(client));
    const client = await signerOf(assertion, await this.candidates(holders, assertion));
    if (client === null) return null;
    // 3. What it says, and that it says so for the first time.
    await this.spend(assertion, client);
    return client;
  }

  /**
   * Keys of this name and algorithm. A set at a URL shows other keys at any time, so where several tenants have a client
   * of this id and one publishes its keys, only the tenant's name in the request tells whose assertion this is: one that
   * published another's keys would get its calls.
   */
  private async candidates(
    holders: readonly KeyHolder[],
    { kid, alg }: Assertion,
  ): Promise<readonly Candidate[]> {
    if (holders.length > 1 && holders.some(({ usable }) => usable.some(isPublished))) return [];
    const found: Candidate[] = [];
    for (const { client, usable } of holders)
      for (const keys of usable)
        for (const key of await this.keysOf(client, keys, kid))
          if (key.kid === kid && key.alg === alg) found.push({ client, key });
    return found;
  }

  private async keysOf(
    { tenantId }: ApiClient,
    { content }: ClientKeys,
    kid: string,
  ): Promise<readonly PublicJwk[]> {
    if ('keys' in content) return content.keys;
    return 'jwksUri' in content ? await this.sets.keysAt(tenantId, content.jwksUri, kid) : [];
  }

  private async spend(assertion: Assertion, { tenantId, clientId }: ApiClient): Promise<void> {
    const { jti, secondsLeft } = checkedClaims(assertion, this.issuer, this.now());
    const proof = { tenantId, kind: 'assertion', signer: clientId, jti, secondsLeft } as const;
    if (!(await this.spent.spend(proof))) throw new AssertionRefused('replayed');
  }
}

function isPublished({ content }: ClientKeys): boolean {
  return 'jwksUri' in content;
}
