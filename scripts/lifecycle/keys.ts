import { buildApproval, offerKeys, registerCeremony, signApproval } from "../../clients/activation.ts";
import type { Ceremony } from "../../src/ceremony/ceremony.ts";
import { generateCeremony } from "../../src/ceremony/generate.ts";
import { MIN_ACTIVATION_GWEI } from "../../src/consensus/deposit.ts";
import { LOCAL } from "../../src/consensus/network.ts";
import { withdrawalCredentials } from "../../src/consensus/withdrawalCredentials.ts";
import { ValidatorKeychain } from "../../src/keys/derivation.ts";
import type { LivePool } from "./livePool.ts";

/** A well-known development mnemonic: these keys hold nothing, anywhere. */
const MNEMONIC = "test test test test test test test test test test test junk";
const QUORUM = 3;

/** A ceremony that was registered. */
export interface Batch {
  readonly id: bigint;
  readonly ceremony: Ceremony;
}

/** Makes development keys for the pool's next nonces, and has the operator register them. */
export async function registerKeys({ suite }: LivePool, count: number): Promise<Batch> {
  const firstNonce = await suite.poolManager.nextNonce();
  const { ceremony } = generateCeremony(
    {
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
    },
    new Date(0).toISOString(),
  );
  const manager = suite.poolManager.connect(suite.operator);
  const { batchId: id, transaction } = await registerCeremony(manager, ceremony, `devnet:${firstNonce}`);
  await transaction.wait();
  return { id, ceremony };
}

/** Has members approve keys of a batch, and stakes to them. */
export async function activateKeys({ suite }: LivePool, { id, ceremony }: Batch, from: number, to: number) {
  const activation = await offerKeys(suite.clusterManager, ceremony, id, from, to);
  const approval = await buildApproval(suite.poolETH, activation);
  const { guard, approvals } = await signApproval(suite.poolETH, approval, suite.members.slice(0, QUORUM));
  const transaction = await suite.poolManager.activate(activation, guard, approvals);
  const receipt = await transaction.wait();
  if (receipt === null) throw new Error("the activation was dropped");
  return receipt;
}
