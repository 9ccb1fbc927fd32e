import { concat, getBytes, keccak256, TypedDataEncoder, type TypedDataDomain, type TypedDataField } from "ethers";

import type { ReportFigures } from "../pool/reportChecks.ts";
import type { Hex } from "../units/hex.ts";

/** What the committee saw at a reference slot; `contracts/types/Report.sol` says what each field means. */
export type Report = ReportFigures;

/** Approval of keys for activation. */
export interface ActivationApproval {
  /** keccak256 of all public keys and then all deposit signatures, in their order. */
  readonly keysHash: Hex;
  readonly withdrawalCredentials: Hex;
  readonly amountGwei: bigint;
  /** Deposits in the deposit contract. */
  readonly depositCount: bigint;
  /** Block in which the member looked, and its hash. */
  readonly blockNumber: bigint;
  readonly blockHash: Hex;
  /** Last timestamp of use, seconds. */
  readonly deadline: bigint;
}

/** That validators are gone, so that their keys may be removed from ssv.network. */
export interface ExitStatus {
  /** keccak256 of all public keys, packed. */
  readonly pubkeysHash: Hex;
  /** Finalized slot at which each of them could withdraw, or had withdrawn all. */
  readonly refSlot: bigint;
}

/** EIP-712 type of a report, in the contract's order of fields. */
export const REPORT_TYPES: Record<string, TypedDataField[]> = {
  Report: [
    { name: "refSlot", type: "uint64" },
    { name: "validatorsGwei", type: "uint64" },
    { name: "pendingGwei", type: "uint64" },
    { name: "stakedWei", type: "uint128" },
    { name: "vaultsReceivedWei", type: "uint128" },
    { name: "stakedKeys", type: "uint32" },
    { name: "activeKeys", type: "uint32" },
    { name: "exitingKeys", type: "uint32" },
    { name: "exitedKeys", type: "uint32" },
    { name: "slashedKeys", type: "uint32" },
    { name: "lostKeys", type: "uint32" },
    { name: "finalizeUpTo", type: "uint64" },
  ],
};

/** EIP-712 type of an approval, in the contract's order of fields. */
export const APPROVAL_TYPES: Record<string, TypedDataField[]> = {
  ActivationApproval: [
    { name: "keysHash", type: "bytes32" },
    { name: "withdrawalCredentials", type: "bytes32" },
    { name: "amountGwei", type: "uint64" },
    { name: "depositCount", type: "uint64" },
    { name: "blockNumber", type: "uint64" },
    { name: "blockHash", type: "bytes32" },
    { name: "deadline", type: "uint64" },
  ],
};

/** EIP-712 type of an exit status, in the contract's order of fields. */
export const EXIT_STATUS_TYPES: Record<string, TypedDataField[]> = {
  ExitStatus: [
    { name: "pubkeysHash", type: "bytes32" },
    { name: "refSlot", type: "uint64" },
  ],
};

/** Whoever signs typed data: a wallet, or a remote signer. */
export interface MemberSigner {
  getAddress(): Promise<string>;
  signTypedData(
    domain: TypedDataDomain,
    types: Record<string, TypedDataField[]>,
    value: Record<string, unknown>,
  ): Promise<string>;
}

/** What members sign. */
export type Message = Report | ActivationApproval | ExitStatus;

/** EIP-712 domain of a committee's messages. */
export function committeeDomain(chainId: bigint, committee: string): TypedDataDomain {
  return { name: "poolETH Committee", version: "1", chainId, verifyingContract: committee };
}

/** keccak256 over the packed public keys and deposit signatures of an offer. */
export function keysHash(pubkeys: Hex, signatures: Hex): Hex {
  return keccak256(concat([pubkeys, signatures])) as Hex;
}

/** keccak256 over packed public keys, as an exit status names them. */
export function pubkeysHash(pubkeys: Hex): Hex {
  return keccak256(pubkeys) as Hex;
}

/** Digest that members sign. */
export function digestOf(domain: TypedDataDomain, types: Record<string, TypedDataField[]>, message: Message): Hex {
  return TypedDataEncoder.hash(domain, types, { ...message }) as Hex;
}

/** Signatures of one message, packed as the committee takes them: 65 bytes each, ascending by the signers' addresses. */
export async function collectSignatures(
  signers: readonly MemberSigner[],
  domain: TypedDataDomain,
  types: Record<string, TypedDataField[]>,
  message: Message,
): Promise<Hex> {
  const signed = await Promise.all(
    signers.map(async (signer) => ({
      address: BigInt(await signer.getAddress()),
      signature: await signer.signTypedData(domain, types, { ...message }),
    })),
  );
  signed.sort((a, b) => (a.address < b.address ? -1 : 1));
  return concat(signed.map(({ signature }) => getBytes(signature))) as Hex;
}
