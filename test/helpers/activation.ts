import { concat } from "ethers";

import { fetchClusterSnapshot } from "../../clients/clusterSnapshots.ts";
import type { Ceremony } from "../../src/ceremony/ceremony.ts";
import { generateCeremony } from "../../src/ceremony/generate.ts";
import { ceremonyTree, proveKeys } from "../../src/ceremony/tree.ts";
import { MIN_ACTIVATION_GWEI } from "../../src/consensus/deposit.ts";
import { LOCAL } from "../../src/consensus/network.ts";
import { withdrawalCredentials } from "../../src/consensus/withdrawalCredentials.ts";
import { ValidatorKeychain } from "../../src/keys/derivation.ts";
import { APPROVAL_TYPES, collectSignatures, committeeDomain, keysHash } from "../../src/oracle/messages.ts";
import type { Hex } from "../../src/units/hex.ts";
import type { IPoolManager } from "../../typechain-types/contracts/policy/PoolManager.ts";
import type { TestSuite } from "./suite.ts";

/** A well-known development mnemonic: these keys hold nothing, anywhere. */
const MNEMONIC = "test test test test test test test test test test test junk";

/** Keys for the suite, signed for the nonces that come next. */
export async function makeCeremony(suite: TestSuite, count: number, firstKeyIndex = 0): Promise<Ceremony> {
  const { ceremony } = generateCeremony(
    {
      keychain: ValidatorKeychain.fromMnemonic(MNEMONIC),
      firstKeyIndex,
      count,
      operators: suite.operators.map(({ id, publicKey }) => ({ id, operatorKey: publicKey })),
      owner: await suite.clusterManager.getAddress(),
      firstNonce: await suite.poolManager.nextNonce(),
      withdrawalCredentials: withdrawalCredentials(await suite.withdrawalVault.getAddress(), "0x01"),
      amount: MIN_ACTIVATION_GWEI,
      network: LOCAL,
    },
    "2026-01-01T00:00:00.000Z",
  );
  return ceremony;
}

/** Registers a ceremony as a batch and returns its id. */
export async function registerCeremony(suite: TestSuite, ceremony: Ceremony): Promise<bigint> {
  const batchId = await suite.poolManager.batchCount();
  await suite.poolManager
    .connect(suite.operator)
    .registerBatch(ceremonyTree(ceremony.keys).root, ceremony.keys.length, [...ceremony.operatorIds], "test:");
  return batchId;
}

/** The argument of `activate` that offers positions `from` up to `to`. */
export async function offer(
  suite: TestSuite,
  ceremony: Ceremony,
  batchId: bigint,
  from: number,
  to: number,
): Promise<IPoolManager.ActivationStruct> {
  const keys = ceremony.keys.slice(from, to);
  const { proof, proofFlags } = proveKeys(ceremonyTree(ceremony.keys), from, to);
  const owner = await suite.clusterManager.getAddress();
  const ssvNetwork = await suite.ssvNetwork.getAddress();
  return {
    batchId,
    operatorIds: [...ceremony.operatorIds],
    keys: {
      pubkeys: concat(keys.map(({ pubkey }) => pubkey)),
      signatures: concat(keys.map(({ depositSignature }) => depositSignature)),
      depositDataRoots: concat(keys.map(({ depositDataRoot }) => depositDataRoot)),
      amountGwei: ceremony.amount,
      compounding: false,
    },
    sharesData: keys.map(({ sharesData }) => sharesData),
    proof,
    proofFlags,
    cluster: await fetchClusterSnapshot(suite.deployer, ssvNetwork, owner, ceremony.operatorIds),
  };
}

/** What the committee's members sign to approve an offer, as of the newest block, and their signatures. */
export async function approve(suite: TestSuite, activation: IPoolManager.ActivationStruct, signers = suite.members) {
  const { ethers } = suite.chain;
  const block = await ethers.provider.getBlock("latest");
  if (block?.hash == null) throw new Error("the chain has no block");
  const depositContract = await ethers.getContractAt("IDepositContract", await suite.poolETH.DEPOSIT_CONTRACT());
  const littleEndian = ethers.getBytes(await depositContract.get_deposit_count());
  const guard = {
    depositCount: BigInt(ethers.hexlify(littleEndian.reverse())),
    blockNumber: BigInt(block.number),
    deadline: BigInt(block.timestamp + 3_600),
  };
  const { pubkeys, signatures, amountGwei } = activation.keys;
  const approval = {
    keysHash: keysHash(pubkeys as Hex, signatures as Hex),
    withdrawalCredentials: (await suite.poolETH.withdrawalCredentials(false)) as Hex,
    amountGwei: BigInt(amountGwei),
    ...guard,
    blockHash: block.hash as Hex,
  };
  const domain = committeeDomain((await ethers.provider.getNetwork()).chainId, await suite.poolETH.committee());
  return { guard, approvals: await collectSignatures(signers, domain, APPROVAL_TYPES, approval) };
}

/** Offers, approves and activates positions `from` up to `to`. */
export async function activate(suite: TestSuite, ceremony: Ceremony, batchId: bigint, from: number, to: number) {
  const activation = await offer(suite, ceremony, batchId, from, to);
  const { guard, approvals } = await approve(suite, activation, suite.members.slice(0, 3));
  return suite.poolManager.activate(activation, guard, approvals);
}
