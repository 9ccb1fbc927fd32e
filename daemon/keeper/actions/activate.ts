import { concat, getBytes, toBigInt } from "ethers";

import { offerKeys } from "../../../clients/activation.ts";
import type { RegisteredBatch } from "../../../clients/batches.ts";
import { APPROVAL_TYPES, keysHash } from "../../../src/oracle/messages.ts";
import { WEI_PER_ETHER } from "../../../src/units/ether.ts";
import type { Hex } from "../../../src/units/hex.ts";
import { IDepositContract__factory } from "../../../typechain-types/index.ts";
import type { ActionLedger } from "../actionLedger.ts";
import { nothing, type ActionPlan, type KeeperAction } from "../keeperAction.ts";
import type { KeeperRound } from "../keeperRound.ts";
import type { SignedApproval } from "../memberMessages.ts";
import { agreedBy, type Agreed } from "../quorum.ts";

const STAKE = 32n * WEI_PER_ETHER;
/** As the EVM knows hashes of blocks. */
const KNOWN_BLOCKS = 256;

/**
 * Stakes to the next keys that a quorum approved, when 32 ETH are free. Whatever makes an approval void, such as a
 * deposit of somebody else, is made up for by the next one that members sign.
 * @param everySeconds Least time of the chain between two activations.
 */
export function activateAction(ledger: Pick<ActionLedger, "lastDone">, everySeconds: number): KeeperAction {
  return {
    name: "activate",
    plan: async (round) => {
      const free = await round.pool.poolManager.freeEther();
      if (free < STAKE) return nothing("less than 32 ETH are free");
      const last = ledger.lastDone("activate");
      if (last !== undefined && Number(round.now - last) < everySeconds) return nothing("the last one is too recent");
      if ((await round.messages()).approvals.length === 0) return nothing("no key is approved");
      const batch = (await round.batches()).find(({ state }) => state === "next");
      if (batch === undefined) return nothing("no registered key is left");
      const approved = await findApproved(round, batch);
      if (approved === undefined) return nothing("no quorum has approved the next keys as the chain stands");
      return planActivation(round, batch, approved);
    },
  };
}

type Approved = Agreed<SignedApproval>;

/** The approval for the next keys that still holds, the longest and then the newest if there are several. */
async function findApproved(round: KeeperRound, batch: RegisteredBatch): Promise<Approved | undefined> {
  const { approvals } = await round.messages();
  const isNext = ({ offer: { batchId, from, to } }: SignedApproval) =>
    batchId === batch.batchId && from === batch.activated && to > from && to <= batch.count;
  const nextOnes = approvals.filter(isNext);
  if (nextOnes.length === 0) return undefined;
  const agreed = agreedBy(await round.committee(), APPROVAL_TYPES, nextOnes, ({ approval }) => approval);
  const length = ({ item: { offer } }: Approved) => offer.to - offer.from;
  const byUse = agreed.sort(
    (a, b) => length(b) - length(a) || Number(b.item.approval.blockNumber - a.item.approval.blockNumber),
  );
  for (const candidate of byUse) if (await isGood(round, candidate.item)) return candidate;
  return undefined;
}

/** Whether block, deadline and number of deposits are as the contract wants them now. */
async function isGood(
  { pool, provider, blockNumber, now }: KeeperRound,
  { approval }: SignedApproval,
): Promise<boolean> {
  const number = Number(approval.blockNumber);
  // Nodes that simulate a call in the newest block do not know that one's hash.
  if (number >= blockNumber || number + KNOWN_BLOCKS <= blockNumber || approval.deadline <= now) return false;
  const [address, block] = await Promise.all([pool.poolETH.DEPOSIT_CONTRACT(), provider.getBlock(number)]);
  if (block?.hash !== approval.blockHash) return false;
  const count = await IDepositContract__factory.connect(address, provider).get_deposit_count();
  return toBigInt(getBytes(count).reverse()) === approval.depositCount;
}

async function planActivation(round: KeeperRound, batch: RegisteredBatch, approved: Approved): Promise<ActionPlan> {
  const { poolManager, clusterManager } = round.pool;
  const { offer, approval } = approved.item;
  const ceremony = await round.ceremony(batch);
  const keys = ceremony.keys.slice(offer.from, offer.to);
  const pubkeys = concat(keys.map(({ pubkey }) => pubkey)) as Hex;
  const signatures = concat(keys.map(({ depositSignature }) => depositSignature)) as Hex;
  if (keysHash(pubkeys, signatures) !== approval.keysHash)
    return nothing("the approval is for other keys than those of the batch", ["members approve keys of another batch"]);
  const activation = await offerKeys(clusterManager, ceremony, batch.batchId, offer.from, offer.to, round.events);
  const { depositCount, blockNumber, deadline } = approval;
  const guard = { depositCount, blockNumber, deadline };
  const { to, data } = await poolManager.activate.populateTransaction(activation, guard, approved.signatures);
  const details = { batch: batch.batchId, position: offer.from, keys: keys.length, signers: approved.signers };
  return { errands: [{ key: `activate:${batch.batchId}:${offer.from}`, to, data, details }] };
}
