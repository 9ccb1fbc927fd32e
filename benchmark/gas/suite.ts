import type { HardhatEthersSigner } from "@nomicfoundation/hardhat-ethers/types";
import hre from "hardhat";

import { deployLocal, type SuiteOverrides } from "../../deploy/local.ts";
import { approve, makeCeremony, offer } from "../../test/helpers/activation.ts";
import { ceremonyTree } from "../../src/ceremony/tree.ts";
import type { TestSuite } from "../../test/helpers/suite.ts";

export const ETHER = 10n ** 18n;

/** Gas of operations, or bytes of code, by their names. */
export type Figures = Record<string, number>;

/** A suite whose pool has two holders, and an account that owns nothing yet. */
export interface BenchmarkSuite extends TestSuite {
  readonly newcomer: HardhatEthersSigner;
  readonly holders: readonly [HardhatEthersSigner, HardhatEthersSigner];
}

/** As long as an address in IPFS. */
const CONTENT_URI = "ipfs://bafybeigdyrzt5sfp7udm7hu76uh7y26nf3efuylqabf3oclgtqy55fbzdi";
const NEWCOMER = 7;
const HOLDERS = [8, 9] as const;

/** Deploys the suite on a new chain and lets two accounts deposit. */
export async function deployWithHolders(overrides: SuiteOverrides = {}): Promise<BenchmarkSuite> {
  const chain = await hre.network.create();
  const suite = { chain, ...(await deployLocal(chain, overrides)) };
  const [newcomer, first, second] = await accountsAt(suite, [NEWCOMER, ...HOLDERS]);
  if (newcomer === undefined || first === undefined || second === undefined) throw new Error("accounts are missing");
  for (const holder of [first, second])
    await suite.poolETH.connect(holder).deposit(holder.address, chain.ethers.ZeroAddress, { value: 4_000n * ETHER });
  return { ...suite, newcomer, holders: [first, second] };
}

/** The development accounts with these numbers. */
export async function accountsAt({ chain }: TestSuite, numbers: readonly number[]): Promise<HardhatEthersSigner[]> {
  const signers = await chain.ethers.getSigners();
  return numbers.map((number) => signers[number]).filter((signer) => signer !== undefined);
}

/** Registers `count` keys as one batch and activates all of them, approved by `members`; returns the gas of both. */
export async function registerAndActivate(
  suite: TestSuite,
  count: number,
  members: HardhatEthersSigner[],
): Promise<{ register: number; activate: number }> {
  const firstKeyIndex = Number(await suite.poolManager.nextNonce());
  const ceremony = await makeCeremony(suite, count, firstKeyIndex);
  const batchId = await suite.poolManager.batchCount();
  const { root } = ceremonyTree(ceremony.keys);
  const operator = suite.poolManager.connect(suite.operator);
  const register = await gasOf(operator.registerBatch(root, count, [...ceremony.operatorIds], CONTENT_URI));
  const activation = await offer(suite, ceremony, batchId, 0, count);
  const { guard, approvals } = await approve(suite, activation, members);
  const activate = await gasOf(suite.poolManager.activate(activation, guard, approvals));
  return { register, activate };
}

/** Gas that a transaction used. */
export async function gasOf(sent: Promise<{ wait(): Promise<{ gasUsed: bigint } | null> }>): Promise<number> {
  const receipt = await (await sent).wait();
  if (receipt === null) throw new Error("a transaction was not mined");
  return Number(receipt.gasUsed);
}
