import type { HardhatEthersSigner } from "@nomicfoundation/hardhat-ethers/types";
import type { ContractTransactionResponse } from "ethers";

import { LOCAL_ACCOUNTS } from "../../deploy/local.ts";
import type { Ceremony } from "../../src/ceremony/ceremony.ts";
import type { DepositData } from "../../src/consensus/deposit.ts";
import { encodeOperatorPublicKey, generateOperatorKey } from "../../src/ssv/operatorKey.ts";
import type { Gwei } from "../../src/units/ether.ts";
import type { IPoolManager } from "../../typechain-types/contracts/policy/PoolManager.ts";
import { approve, makeCeremony, offer, registerCeremony } from "./activation.ts";
import { deploySuite, type TestSuite } from "./suite.ts";

export const ETHER = 10n ** 18n;

/** States of a key, in the contract's order. */
export const KEY_STATUS = { None: 0n, Registered: 1n, Deposited: 2n, Discarded: 3n } as const;

const STAKER = 7;
/** Of operators beyond the first four, wei per block and 32 ETH. */
export const OPERATOR_FEE = 1_000_000_000n;

/** A suite whose pool has `depositEther` of one staker. */
export async function deployFunded(depositEther: bigint): Promise<TestSuite & { staker: HardhatEthersSigner }> {
  const suite = await deploySuite();
  const staker = (await suite.chain.ethers.getSigners())[STAKER];
  if (staker === undefined) throw new Error("the chain has too few accounts");
  await depositMore(suite, staker, depositEther);
  return { ...suite, staker };
}

/** Deposits for a staker. */
export async function depositMore(suite: TestSuite, staker: HardhatEthersSigner, ether: bigint) {
  const { ZeroAddress } = suite.chain.ethers;
  return suite.poolETH.connect(staker).deposit(staker.address, ZeroAddress, { value: ether * ETHER });
}

/** Generates a ceremony for the nonces that come next and registers it. */
export async function newBatch(suite: TestSuite, count: number, firstKeyIndex = 0) {
  const ceremony = await makeCeremony(suite, count, firstKeyIndex);
  return { ceremony, batchId: await registerCeremony(suite, ceremony) };
}

/** An offer of positions `from` up to `to`, after `change`, approved as it is then and sent. */
export async function activateChanged(
  suite: TestSuite,
  { ceremony, batchId }: { ceremony: Ceremony; batchId: bigint },
  [from, to]: readonly [number, number],
  change: (activation: IPoolManager.ActivationStruct) => IPoolManager.ActivationStruct = (activation) => activation,
): Promise<ContractTransactionResponse> {
  const activation = change(await offer(suite, ceremony, batchId, from, to));
  const { guard, approvals } = await approve(suite, activation, suite.members.slice(0, 3));
  return suite.poolManager.activate(activation, guard, approvals);
}

/** The deposits that a transaction left in the deposit contract's log. */
export async function depositsOf(suite: TestSuite, sent: ContractTransactionResponse): Promise<DepositData[]> {
  const { ethers } = suite.chain;
  const address = await suite.poolETH.DEPOSIT_CONTRACT();
  const receipt = await sent.wait();
  const logs = receipt?.logs.filter((log) => log.address === address) ?? [];
  return logs.map(({ data }) => {
    const decoded = ethers.AbiCoder.defaultAbiCoder().decode(["bytes", "bytes", "bytes", "bytes", "bytes"], data);
    const [pubkey, withdrawalCredentials, amount, signature] = decoded
      .toArray()
      .map((field: string) => ethers.getBytes(field));
    if (pubkey === undefined || withdrawalCredentials === undefined || amount === undefined || signature === undefined)
      throw new Error("a deposit event lacks a field");
    return { pubkey, withdrawalCredentials, signature, amount: ethers.toBigInt(amount.reverse()) as Gwei };
  });
}

/** What activation changes, to be compared before and after. */
export async function stateOf(suite: TestSuite) {
  const { provider } = suite.chain.ethers;
  const [poolETH, ssvNetwork] = await Promise.all([suite.poolETH.getAddress(), suite.ssvNetwork.getAddress()]);
  return {
    ownerNonce: await suite.clusterManager.ownerNonce(),
    reserve: await suite.clusterManager.reserve(),
    totalStaked: await suite.poolETH.totalStaked(),
    poolEther: await provider.getBalance(poolETH),
    ssvEther: await provider.getBalance(ssvNetwork),
    allowance: await suite.poolETH.stakingAllowance(),
    batch: [...(await suite.poolManager.batchOf(0n))],
  };
}

/** Registers operators at SSV until there are `total`; the suite returned makes ceremonies for all of them. */
export async function withOperators(suite: TestSuite, total: number): Promise<TestSuite> {
  const owner = (await suite.chain.ethers.getSigners())[LOCAL_ACCOUNTS.ssvOperators];
  if (owner === undefined) throw new Error("the chain has too few accounts");
  const operators = [...suite.operators];
  for (let id = operators.length + 1; id <= total; id++) {
    const key = generateOperatorKey();
    const network = suite.ssvNetwork.connect(owner);
    await network.registerOperator(encodeOperatorPublicKey(key.publicKey), OPERATOR_FEE, false);
    operators.push({ id: BigInt(id), ...key });
  }
  return { ...suite, operators };
}
