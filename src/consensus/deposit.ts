import { FieldError } from "../units/errors.ts";
import { fromHex, toHex } from "../units/hex.ts";
import { GWEI_PER_ETHER, type Gwei } from "../units/ether.ts";
import { findInvalidSignatures, type SignatureBytes } from "./bls.ts";
import { DepositDataType, DepositMessageType, ForkDataType, SigningDataType } from "./depositTypes.ts";
import type { Network } from "./network.ts";
import { parseWithdrawalCredentials } from "./withdrawalCredentials.ts";

/** A deposit before its signature (consensus-specs, phase0 `DepositMessage`). */
export interface DepositMessage {
  /** Validator public key, 48 bytes. */
  readonly pubkey: Uint8Array;
  /** 32 bytes. */
  readonly withdrawalCredentials: Uint8Array;
  readonly amount: Gwei;
}

/** A signed deposit (consensus-specs, phase0 `DepositData`). */
export interface DepositData extends DepositMessage {
  /** 96 bytes. */
  readonly signature: Uint8Array;
}

/** A deposit the pool must not make. */
export class DepositError extends FieldError {}

/** Least that activates a validator: 32 ETH. */
export const MIN_ACTIVATION_GWEI = (32n * GWEI_PER_ETHER) as Gwei;
/** Most that earns on one 0x02 validator: 2,048 ETH (EIP-7251). */
export const MAX_EFFECTIVE_GWEI = (2048n * GWEI_PER_ETHER) as Gwei;

const DOMAIN_DEPOSIT = fromHex("0x03000000", "DOMAIN_DEPOSIT", 4);

/** `hash_tree_root(DepositData)`, 32 bytes: the root the deposit contract recomputes. */
export function depositDataRoot(data: DepositData): Uint8Array {
  return DepositDataType.hashTreeRoot(data);
}

/** `hash_tree_root(DepositMessage)`, 32 bytes. */
export function depositMessageRoot({ pubkey, withdrawalCredentials, amount }: DepositMessage): Uint8Array {
  return DepositMessageType.hashTreeRoot({ pubkey, withdrawalCredentials, amount });
}

/**
 * `compute_domain(DOMAIN_DEPOSIT)`, 32 bytes. Deposits are valid across forks, so the domain takes the genesis fork
 * version and a zero genesis validators root.
 */
export function depositDomain(network: Network): Uint8Array {
  const currentVersion = fromHex(network.genesisForkVersion, "genesisForkVersion", 4);
  const forkDataRoot = ForkDataType.hashTreeRoot({ currentVersion, genesisValidatorsRoot: new Uint8Array(32) });
  return Uint8Array.from([...DOMAIN_DEPOSIT, ...forkDataRoot.subarray(0, 28)]);
}

/** What the validator key signs for a deposit on this network, 32 bytes (`compute_signing_root`). */
export function depositSigningRoot(message: DepositMessage, network: Network): Uint8Array {
  return SigningDataType.hashTreeRoot({ objectRoot: depositMessageRoot(message), domain: depositDomain(network) });
}

/** A deposit as a signature to verify. */
export function depositSignatureSet(data: DepositData, network: Network): SignatureBytes {
  return { publicKey: data.pubkey, message: depositSigningRoot(data, network), signature: data.signature };
}

/** `is_valid_deposit_signature`: whether the consensus layer would take this as the first deposit of its key. */
export function isDepositSignatureValid(data: DepositData, network: Network): boolean {
  return findInvalidDeposits([data], network).length === 0;
}

/** Positions of the deposits whose signature is invalid, ascending; verified in one batch. */
export function findInvalidDeposits(deposits: readonly DepositData[], network: Network): number[] {
  return findInvalidSignatures(deposits.map((data) => depositSignatureSet(data, network)));
}

/**
 * Checks that credentials and amount go together: 32 ETH for 0x01, 32 to 2,048 ETH for 0x02.
 * @throws {WithdrawalCredentialsError} If the credentials are neither.
 * @throws {DepositError} If the amount does not fit them.
 */
export function checkDepositAmount(
  { withdrawalCredentials, amount }: Pick<DepositMessage, "withdrawalCredentials" | "amount">,
  field = "amount",
): void {
  const { prefix } = parseWithdrawalCredentials(toHex(withdrawalCredentials));
  const max = prefix === "0x02" ? MAX_EFFECTIVE_GWEI : MIN_ACTIVATION_GWEI;
  if (amount < MIN_ACTIVATION_GWEI || amount > max)
    throw new DepositError(
      field,
      `${amount.toString()} Gwei`,
      `does not fit ${prefix} credentials`,
      prefix === "0x02" ? "deposit 32 to 2048 ETH" : "deposit exactly 32 ETH",
    );
}
