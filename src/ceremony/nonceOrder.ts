import type { Hex } from "../units/hex.ts";

/** Shares of consecutive nonces, as far as their order is concerned. */
export interface OrderedBatch {
  /** Account that registers at SSV, EIP-55. */
  readonly owner: string;
  readonly firstNonce: bigint;
  readonly pubkeys: readonly Hex[];
}

/** What an account has registered. */
export interface Registrations<B> {
  /** EIP-55. */
  readonly owner: string;
  /** Nonce of the next key that is not waiting anywhere: registrations so far, and what waits in a pool's registry. */
  readonly nextNonce: bigint;
  /** Keys that were registered at SSV. */
  readonly registered: ReadonlySet<Hex>;
  /** Whether a batch waits in a pool's registry. */
  readonly isWaiting: (batch: B) => boolean;
  /** Whether a batch whose first keys are registered can go on with the next one; a pool's registry takes whole ones. */
  readonly takesParts?: boolean;
}

/** Which batches can still be registered. */
export interface NonceOrder<B> {
  /** Batches whose shares no operator would accept any more, and of which some key is not registered. */
  readonly stale: readonly B[];
  /** Nonce after those of all batches that are in order. */
  readonly nextNonce: bigint;
}

/**
 * Finds the batches whose nonces have passed, or come too late: SSV nodes accept shares only if they are signed for the
 * owner's exact count of registrations.
 */
export function checkNonceOrder<B extends OrderedBatch>(
  batches: readonly B[],
  { owner, nextNonce, registered, isWaiting, takesParts = false }: Registrations<B>,
): NonceOrder<B> {
  const stale: B[] = [];
  let next = nextNonce;
  const ordered = [...batches].sort((a, b) => (a.firstNonce < b.firstNonce ? -1 : 1));
  for (const batch of ordered) {
    const used = batch.pubkeys.filter((pubkey) => registered.has(pubkey)).length;
    if (used === batch.pubkeys.length || isWaiting(batch)) continue;
    const isBegun = takesParts && batch.pubkeys.slice(0, used).every((pubkey) => registered.has(pubkey));
    const fits = batch.owner === owner && batch.firstNonce + BigInt(used) === next && (used === 0 || isBegun);
    if (fits) next += BigInt(batch.pubkeys.length - used);
    else stale.push(batch);
  }
  return { stale, nextNonce: next };
}
