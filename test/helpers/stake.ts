import { concat, dataLength, dataSlice, hexlify, randomBytes, toBeHex } from "ethers";

import { depositDataRoot } from "../../src/consensus/deposit.ts";
import { DEPOSIT_CONTRACT } from "../../src/consensus/systemContracts.ts";
import {
  APPROVAL_TYPES,
  type ActivationApproval,
  collectSignatures,
  committeeDomain,
  keysHash,
  type MemberSigner,
} from "../../src/oracle/messages.ts";
import type { Gwei } from "../../src/units/ether.ts";
import { fromHex, type Hex, toHex } from "../../src/units/hex.ts";
import { impersonate } from "./accounts.ts";
import type { TestSuite } from "./suite.ts";

const ETH_GWEI = 1_000_000_000n;
export const STAKE_GWEI = 32n * ETH_GWEI;

/** Keys as `PoolETH.stake` takes them. */
export interface StakeKeys {
  pubkeys: Hex;
  signatures: Hex;
  depositDataRoots: Hex;
  amountGwei: bigint;
  compounding: boolean;
}

/** What members saw, and their signatures. */
export interface Approval {
  guard: { depositCount: bigint; blockNumber: bigint; deadline: bigint };
  approvals: Hex;
}

/** Random keys with the right deposit data roots; the deposit contract does not check BLS signatures. */
export async function makeKeys(
  suite: TestSuite,
  count: number,
  amountGwei = STAKE_GWEI,
  compounding = false,
): Promise<StakeKeys> {
  const withdrawalCredentials = fromHex(await suite.poolETH.withdrawalCredentials(compounding), "credentials", 32);
  const keys = Array.from({ length: count }, () => ({ pubkey: randomBytes(48), signature: randomBytes(96) }));
  const amount = amountGwei as Gwei;
  return {
    pubkeys: concat(keys.map(({ pubkey }) => pubkey)) as Hex,
    signatures: concat(keys.map(({ signature }) => signature)) as Hex,
    depositDataRoots: concat(keys.map((key) => depositDataRoot({ ...key, withdrawalCredentials, amount }))) as Hex,
    amountGwei,
    compounding,
  };
}

/** Deposits in the deposit contract. */
export async function depositCount(suite: TestSuite): Promise<bigint> {
  const contract = await suite.chain.ethers.getContractAt("IDepositContract", DEPOSIT_CONTRACT);
  return BigInt(hexlify(fromHex(await contract.get_deposit_count(), "count", 8).reverse()));
}

/** Approves keys as of the newest block; `changes` make members sign something else, or for another committee. */
export async function approveKeys(
  suite: TestSuite,
  keys: StakeKeys,
  changes: Partial<ActivationApproval> = {},
  signers: readonly MemberSigner[] = suite.members.slice(0, 3),
  committee?: string,
): Promise<Approval> {
  const { provider } = suite.chain.ethers;
  const block = await provider.getBlock(Number(changes.blockNumber ?? (await provider.getBlockNumber())));
  if (block?.hash == null) throw new Error("the chain has no block");
  const approval: ActivationApproval = {
    keysHash: keysHash(keys.pubkeys, keys.signatures),
    withdrawalCredentials: (await suite.poolETH.withdrawalCredentials(keys.compounding)) as Hex,
    amountGwei: keys.amountGwei,
    depositCount: await depositCount(suite),
    blockNumber: BigInt(block.number),
    blockHash: block.hash as Hex,
    deadline: BigInt(block.timestamp + 3_600),
    ...changes,
  };
  const domain = committeeDomain((await provider.getNetwork()).chainId, committee ?? (await suite.poolETH.committee()));
  const { depositCount: approvedCount, blockNumber, deadline } = approval;
  return {
    guard: { depositCount: approvedCount, blockNumber, deadline },
    approvals: await collectSignatures(signers, domain, APPROVAL_TYPES, approval),
  };
}

/** Stakes as the pool manager, to the first `count` keys. */
export async function stake(suite: TestSuite, keys: StakeKeys, count: number, { guard, approvals }: Approval) {
  return suite.poolETH.connect(await impersonate(suite, suite.poolManager)).stake(keys, count, guard, approvals);
}

/** Approves all keys and stakes to them. */
export async function approveAndStake(suite: TestSuite, keys: StakeKeys, count = dataLength(keys.pubkeys) / 48) {
  return stake(suite, keys, count, await approveKeys(suite, keys));
}

/** The pieces of packed bytes. */
export function unpack(packed: string, length: number): string[] {
  return Array.from({ length: dataLength(packed) / length }, (_, i) => dataSlice(packed, i * length, (i + 1) * length));
}

/** Gwei as the deposit contract logs them: eight bytes, little endian. */
export function littleEndianGwei(amountGwei: bigint): Hex {
  return toHex(fromHex(toBeHex(amountGwei, 8), "amount", 8).reverse());
}

/** A deposit by somebody else, for a key of his own. */
export async function depositForeignKey(suite: TestSuite): Promise<void> {
  const [pubkey, signature] = [randomBytes(48), randomBytes(96)];
  const withdrawalCredentials = new Uint8Array(32);
  const root = depositDataRoot({ pubkey, signature, withdrawalCredentials, amount: ETH_GWEI as Gwei });
  const contract = await suite.chain.ethers.getContractAt("IDepositContract", DEPOSIT_CONTRACT);
  await contract.deposit(pubkey, withdrawalCredentials, signature, root, { value: 10n ** 18n });
}
