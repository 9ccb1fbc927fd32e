import type { ContractTransactionReceipt } from "ethers";

import { buildApproval, offerKeys, registerCeremony, signApproval, type Approvals } from "../../clients/activation.ts";
import type { LocalSuite } from "../../deploy/local.ts";
import type { Ceremony } from "../../src/ceremony/ceremony.ts";
import { generateCeremony, type CeremonyRequest, type GeneratedCeremony } from "../../src/ceremony/generate.ts";
import { MIN_ACTIVATION_GWEI } from "../../src/consensus/deposit.ts";
import { LOCAL } from "../../src/consensus/network.ts";
import { withdrawalCredentials } from "../../src/consensus/withdrawalCredentials.ts";
import { ValidatorKeychain } from "../../src/keys/derivation.ts";
import type { IPoolManager } from "../../typechain-types/contracts/policy/PoolManager.ts";

/** A well-known development mnemonic: these keys hold nothing, anywhere. */
const MNEMONIC = "test test test test test test test test test test test junk";
const QUORUM = 3;

/** A ceremony that was registered. */
export interface Batch {
  readonly id: bigint;
  readonly ceremony: Ceremony;
}

/** A ceremony, and the transaction that registered it. */
export interface RegisteredBatch extends Batch {
  readonly receipt: ContractTransactionReceipt;
}

/** What of a suite stakes to keys. */
export interface StakingPool {
  readonly suite: Pick<
    LocalSuite,
    "poolETH" | "poolManager" | "clusterManager" | "withdrawalVault" | "operator" | "operators" | "members"
  >;
}

/** Keys that are offered, and the members' approval of them. */
export interface ApprovedKeys extends Approvals {
  readonly activation: IPoolManager.ActivationStruct;
}

/**
 * Makes development keys for the pool's next nonces, with their files.
 * @param changes Parts of the ceremony that are to be others.
 */
export async function generateKeys(
  { suite }: StakingPool,
  count: number,
  changes: Partial<CeremonyRequest> = {},
): Promise<GeneratedCeremony> {
  const firstNonce = await suite.poolManager.nextNonce();
  const request: CeremonyRequest = {
    keychain: ValidatorKeychain.fromMnemonic(MNEMONIC),
    // No two batches share a nonce, and so none of them shares a key.
    firstKeyIndex: Number(firstNonce),
    count,
    operators: suite.operators.map(({ id, publicKey }) => ({ id, operatorKey: publicKey })),
    owner: await suite.clusterManager.getAddress(),
    firstNonce,
    withdrawalCredentials: withdrawalCredentials(await suite.withdrawalVault.getAddress(), "0x01"),
    amount: MIN_ACTIVATION_GWEI,
    network: LOCAL,
    ...changes,
  };
  return generateCeremony(request, new Date(0).toISOString());
}

/** Makes development keys as `generateKeys` does, without their files. */
export async function makeKeys(...request: Parameters<typeof generateKeys>): Promise<Ceremony> {
  return (await generateKeys(...request)).ceremony;
}

/**
 * Has the operator register keys, which must be for the pool's next nonces.
 * @param contentURI Where they can be read; left out, nowhere.
 */
export async function registerBatch(
  { suite }: StakingPool,
  ceremony: Ceremony,
  contentURI = `devnet:${ceremony.keys[0]?.pubkey}`,
): Promise<RegisteredBatch> {
  const manager = suite.poolManager.connect(suite.operator);
  const { batchId: id, transaction } = await registerCeremony(manager, ceremony, contentURI);
  const receipt = await transaction.wait();
  if (receipt === null) throw new Error("the registration was dropped");
  return { id, ceremony, receipt };
}

/** Makes development keys for the pool's next nonces, and has the operator register them. */
export async function registerKeys(pool: StakingPool, count: number): Promise<RegisteredBatch> {
  return registerBatch(pool, await makeKeys(pool, count));
}

/** Has members approve keys of a batch, whatever they are. */
export async function approveKeys(
  { suite }: StakingPool,
  { id, ceremony }: Batch,
  from: number,
  to: number,
): Promise<ApprovedKeys> {
  const activation = await offerKeys(suite.clusterManager, ceremony, id, from, to);
  const approval = await buildApproval(suite.poolETH, activation);
  return { activation, ...(await signApproval(suite.poolETH, approval, suite.members.slice(0, QUORUM))) };
}

/** Stakes to keys that were approved. */
export async function stakeApproved({ suite }: StakingPool, { activation, guard, approvals }: ApprovedKeys) {
  const transaction = await suite.poolManager.activate(activation, guard, approvals);
  const receipt = await transaction.wait();
  if (receipt === null) throw new Error("the activation was dropped");
  return receipt;
}

/** Has members approve keys of a batch, and stakes to them. */
export async function activateKeys(pool: StakingPool, batch: Batch, from: number, to: number) {
  return stakeApproved(pool, await approveKeys(pool, batch, from, to));
}
