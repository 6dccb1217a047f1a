import type { FastifyReply, FastifyRequest } from 'fastify';
import { PinwardError } from '#libs/errors';
import type { Caller, SingleProof } from './caller.js';
import { DpopNonces } from './dpop-nonces.js';
import { verifyDpopProof, type DpopProof, type ProvedRequest } from './dpop-proof.js';
import { SpentProofs } from './spent-proofs.js';

/** Why a proof does not serve: only that its nonce is missing or old is told, since another try helps. */
export type ProofRefusal = 'invalid' | 'nonce';

/** Proofs of the caller's own key in requests (RFC 9449). */
export class DpopProofs {
  constructor(
    private readonly nonces: DpopNonces,
    private readonly spent: SpentProofs,
    /** Base URLs under which callers reach the service; none: that of the request's Host header. */
    private readonly publicUrls: readonly string[],
    private readonly now: () => Date = () => new Date(),
  ) {}

  /**
   * The proof of a call with a bound token, or with the scheme DPoP. It is not spent yet: the limits come first.
   *
   * @throws PinwardError DPOP_PROOF_INVALID, DPOP_NONCE_REQUIRED, HSM_UNAVAILABLE
   */
  async ofCall(
    request: FastifyRequest,
    reply: FastifyReply,
    { caller, token, scheme }: { readonly caller: Caller; readonly token: string; readonly scheme: string },
  ): Promise<SingleProof> {
    const { tenantId, keyThumbprint } = caller;
    // A bound token is worth nothing as a bearer's, and a proof says nothing of a token that is bound to no key.
    if (scheme !== 'dpop' || keyThumbprint === null) throw new PinwardError('DPOP_PROOF_INVALID');
    const proof = await this.verified(request, reply, token);
    if (proof === 'nonce') throw new PinwardError('DPOP_NONCE_REQUIRED');
    if (proof === 'invalid' || proof.keyThumbprint !== keyThumbprint)
      throw new PinwardError('DPOP_PROOF_INVALID');
    return once(tenantId, proof);
  }

  /**
   * The key to which a new token is bound; null where none was proved, which asks for a bearer token. The proof is spent.
   *
   * @throws PinwardError DATABASE_UNAVAILABLE, HSM_UNAVAILABLE
   */
  async ofTokenRequest(
    request: FastifyRequest,
    reply: FastifyReply,
    tenantId: string,
  ): Promise<{ readonly keyThumbprint: string | null } | ProofRefusal> {
    if (request.headers['dpop'] === undefined) return { keyThumbprint: null };
    const proof = await this.verified(request, reply, null);
    if (typeof proof === 'string') return proof;
    return (await this.spent.spend(once(tenantId, proof))) ? proof : 'invalid';
  }

  /** @returns the proof, if it is good but for having been shown before */
  private async verified(
    request: FastifyRequest,
    reply: FastifyReply,
    token: string | null,
  ): Promise<DpopProof | ProofRefusal> {
    void reply.header('DPoP-Nonce', await this.nonces.current());
    const proof = await verifyDpopProof(proofIn(request), this.askedBy(request, token), this.now());
    if (proof === null) return 'invalid';
    return proof.nonce !== null && (await this.nonces.accepts(proof.nonce)) ? proof : 'nonce';
  }

  private askedBy({ method, url, host }: FastifyRequest, token: string | null): ProvedRequest {
    const [path = ''] = url.split('?', 1);
    const bases = this.publicUrls.length === 0 ? [`https://${host}`] : this.publicUrls;
    return { method, urls: bases.map((base) => base + path).filter((target) => URL.canParse(target)), token };
  }
}

/** Exactly one (RFC 9449, section 4.3): of several none is the one. */
function proofIn({ raw }: FastifyRequest): string {
  const [proof, ...others] = raw.headersDistinct['dpop'] ?? [];
  return others.length > 0 ? '' : (proof ?? '');
}

function once(tenantId: string, { keyThumbprint, jti, secondsLeft }: DpopProof): SingleProof {
  return { tenantId, kind: 'dpop', signer: keyThumbprint, jti, secondsLeft };
}
