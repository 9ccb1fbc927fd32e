import { buildApproval, offerKeys, registerCeremony as register, signApproval } from "../../clients/activation.ts";
import type { Ceremony } from "../../src/ceremony/ceremony.ts";
import { generateCeremony, type GeneratedCeremony } from "../../src/ceremony/generate.ts";
import { MIN_ACTIVATION_GWEI } from "../../src/consensus/deposit.ts";
import { LOCAL } from "../../src/consensus/network.ts";
import { withdrawalCredentials } from "../../src/consensus/withdrawalCredentials.ts";
import { ValidatorKeychain } from "../../src/keys/derivation.ts";
import type { IPoolManager } from "../../typechain-types/contracts/policy/PoolManager.ts";
import type { TestSuite } from "./suite.ts";

/** A well-known development mnemonic: these keys hold nothing, anywhere. */
const MNEMONIC = "test test test test test test test test test test test junk";

/** Keys for the suite, signed for the nonces that come next. */
export async function makeCeremony(suite: TestSuite, count: number, firstKeyIndex = 0): Promise<Ceremony> {
  return (await makeCeremonyFiles(suite, count, firstKeyIndex)).ceremony;
}

/** Keys for the suite with their files, signed for the nonces that come next. */
export async function makeCeremonyFiles(
  suite: TestSuite,
  count: number,
  firstKeyIndex = 0,
): Promise<GeneratedCeremony> {
  return generateCeremony(
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
}

/** Registers a ceremony as a batch and returns its id. */
export async function registerCeremony(suite: TestSuite, ceremony: Ceremony): Promise<bigint> {
  const { batchId } = await register(suite.poolManager.connect(suite.operator), ceremony, "test:");
  return batchId;
}

/** The argument of `activate` that offers positions `from` up to `to`. */
export async function offer(suite: TestSuite, ceremony: Ceremony, batchId: bigint, from: number, to: number) {
  return offerKeys(suite.clusterManager, ceremony, batchId, from, to);
}

/** What the committee's members sign to approve an offer, as of the newest block, and their signatures. */
export async function approve(suite: TestSuite, activation: IPoolManager.ActivationStruct, signers = suite.members) {
  return signApproval(suite.poolETH, await buildApproval(suite.poolETH, activation), signers);
}

/** Offers, approves and activates positions `from` up to `to`. */
export async function activate(suite: TestSuite, ceremony: Ceremony, batchId: bigint, from: number, to: number) {
  const activation = await offer(suite, ceremony, batchId, from, to);
  const { guard, approvals } = await approve(suite, activation, suite.members.slice(0, 3));
  return suite.poolManager.activate(activation, guard, approvals);
}
