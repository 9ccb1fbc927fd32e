import { parseSecretKey } from "../../../src/consensus/bls.ts";
import { depositSigningRoot } from "../../../src/consensus/deposit.ts";
import { LOCAL, type Network } from "../../../src/consensus/network.ts";
import { FAR_FUTURE_EPOCH, type StakeDeposit, type StateValidator } from "../../../src/oracle/beaconState.ts";
import type { DepositEntry } from "../../../src/oracle/pendingDeposits.ts";
import { gwei } from "../../../src/units/ether.ts";
import { fromHex, toHex, type Hex } from "../../../src/units/hex.ts";
import { infinity } from "./badPoints.ts";
import { secretOf } from "./bytes.ts";

const ADDRESS = "ab".repeat(20);
/** Credentials of a pool, both kinds. */
export const OWN: readonly [Hex, Hex] = [`0x01${"00".repeat(11)}${ADDRESS}`, `0x02${"00".repeat(11)}${ADDRESS}`];
/** Of somebody else. */
export const FOREIGN: Hex = `0x01${"00".repeat(11)}${"cd".repeat(20)}`;
/** Stake of a key. */
export const STAKE_GWEI = 32_000_000_000n;
/** Signature of an entry that no deposit made: the point at infinity. */
export const INFINITY_SIGNATURE: Hex = toHex(infinity(96));

/** How a deposit differs from the one that the pool makes. */
export interface DepositTraits {
  readonly credentials?: Hex;
  readonly amountGwei?: bigint;
  /** Whether its signature is valid. */
  readonly isValid?: boolean;
  readonly network?: Network;
}

/** Key with a number. */
export function pubkeyOf(key: number): Hex {
  return toHex(
    parseSecretKey(secretOf(`stake ${key}`))
      .toPublicKey()
      .toBytes(),
  );
}

/** A deposit for a key, signed by it, or by another one if it is not to be valid. */
export function depositFor(key: number, traits: DepositTraits = {}): DepositEntry {
  const { credentials = OWN[0], amountGwei = STAKE_GWEI, isValid = true, network = LOCAL } = traits;
  const pubkey = pubkeyOf(key);
  const message = {
    pubkey: fromHex(pubkey, "pubkey"),
    withdrawalCredentials: fromHex(credentials, "credentials"),
    amount: gwei(amountGwei),
  };
  const signer = parseSecretKey(secretOf(isValid ? `stake ${key}` : "somebody else"));
  const signature = toHex(signer.sign(depositSigningRoot(message, network)).toBytes());
  return { pubkey, withdrawalCredentials: credentials, amountGwei, signature };
}

/** The pool's own deposit for a key. */
export function stakeFor(key: number, traits: DepositTraits = {}, blockNumber = 1): StakeDeposit {
  return { ...depositFor(key, traits), blockNumber };
}

/** An active validator of the pool, changed as wanted. */
export function validatorOf(key: number, changes: Partial<StateValidator> = {}): StateValidator {
  return {
    index: BigInt(key),
    pubkey: pubkeyOf(key),
    withdrawalCredentials: OWN[0],
    balanceGwei: STAKE_GWEI,
    effectiveBalanceGwei: STAKE_GWEI,
    isSlashed: false,
    exitEpoch: FAR_FUTURE_EPOCH,
    withdrawableEpoch: FAR_FUTURE_EPOCH,
    ...changes,
  };
}
