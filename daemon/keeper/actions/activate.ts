import { concat, getBytes, toBigInt } from "ethers";

import { offerKeys } from "../../../clients/activation.ts";
import type { RegisteredBatch } from "../../../clients/batches.ts";
import type { Ceremony } from "../../../src/ceremony/ceremony.ts";
import { keysHash } from "../../../src/oracle/messages.ts";
import { WEI_PER_ETHER } from "../../../src/units/ether.ts";
import type { Hex } from "../../../src/units/hex.ts";
import { IDepositContract__factory } from "../../../typechain-types/index.ts";
import type { MemberAgreement, SignedOf } from "../../exchange/committeeMessages.ts";
import { packSignatures } from "../../exchange/packSignatures.ts";
import type { ActionLedger } from "../actionLedger.ts";
import { nothing, type ActionPlan, type KeeperAction } from "../keeperAction.ts";
import type { KeeperRound } from "../keeperRound.ts";

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
      const agreements = await round.agreements("approval");
      if (agreements.length === 0) return nothing("no key is approved");
      const batch = (await round.batches()).find(({ state }) => state === "next");
      if (batch === undefined) return nothing("no registered key is left");
      const approved = await findApproved(round, agreements, batch);
      if (approved.length === 0) return nothing("no quorum has approved the next keys as the chain stands");
      return planActivation(round, batch, approved);
    },
  };
}

/** An approval that a quorum signed, of keys that are next as whoever handed it on says. */
interface Approved {
  readonly signed: SignedOf<"approval">;
  /** Of a quorum, packed. */
  readonly signatures: Hex;
  readonly signers: number;
}

/** The approvals that still hold, those of the most keys and then the newest first. */
async function findApproved(
  round: KeeperRound,
  agreements: readonly MemberAgreement<"approval">[],
  { batchId, activated, count }: RegisteredBatch,
): Promise<Approved[]> {
  const isNext = ({ offer }: Approved["signed"]) =>
    offer.batchId === batchId && offer.from === activated && offer.to > offer.from && offer.to <= count;
  const { quorum } = await round.committee();
  const candidates = agreements
    .filter(({ signatures }) => signatures.size >= quorum)
    .flatMap((agreement) => {
      const signatures = packSignatures(agreement, quorum);
      return agreement.versions.filter(isNext).map((signed) => ({ signed, signatures, signers: quorum }));
    });
  const length = ({ signed: { offer } }: Approved) => offer.to - offer.from;
  const byUse = candidates.sort(
    (a, b) => length(b) - length(a) || Number(b.signed.message.blockNumber - a.signed.message.blockNumber),
  );
  const good: Approved[] = [];
  for (const candidate of byUse) if (await isGood(round, candidate.signed)) good.push(candidate);
  return good;
}

/** Whether block, deadline and number of deposits are as the contract wants them now. */
async function isGood(
  { pool, provider, blockNumber, now }: KeeperRound,
  { message }: Approved["signed"],
): Promise<boolean> {
  const number = Number(message.blockNumber);
  // Nodes that simulate a call in the newest block do not know that one's hash.
  if (number >= blockNumber || number + KNOWN_BLOCKS <= blockNumber || message.deadline <= now) return false;
  const [address, block] = await Promise.all([pool.poolETH.DEPOSIT_CONTRACT(), provider.getBlock(number)]);
  if (block?.hash !== message.blockHash) return false;
  const count = await IDepositContract__factory.connect(address, provider).get_deposit_count();
  return toBigInt(getBytes(count).reverse()) === message.depositCount;
}

async function planActivation(
  round: KeeperRound,
  batch: RegisteredBatch,
  approved: readonly Approved[],
): Promise<ActionPlan> {
  const { poolManager, clusterManager } = round.pool;
  const ceremony = await round.ceremony(batch);
  const right = approved.find(({ signed }) => isOfKeys(ceremony, signed));
  if (right === undefined)
    return nothing("the approval is for other keys than those of the batch", ["members approve keys of another batch"]);
  const { signatures, signers } = right;
  const { offer, message } = right.signed;
  const activation = await offerKeys(clusterManager, ceremony, batch.batchId, offer.from, offer.to, round.events);
  const { depositCount, blockNumber, deadline } = message;
  const guard = { depositCount, blockNumber, deadline };
  const { to, data } = await poolManager.activate.populateTransaction(activation, guard, signatures);
  const details = { batch: batch.batchId, position: offer.from, keys: offer.to - offer.from, signers };
  return { errands: [{ key: `activate:${batch.batchId}:${offer.from}`, to, data, details }] };
}

/** Whether the offer is what was signed. */
function isOfKeys({ keys }: Ceremony, { offer, message }: Approved["signed"]): boolean {
  const offered = keys.slice(offer.from, offer.to);
  const pubkeys = concat(offered.map(({ pubkey }) => pubkey)) as Hex;
  const signatures = concat(offered.map(({ depositSignature }) => depositSignature)) as Hex;
  return keysHash(pubkeys, signatures) === message.keysHash;
}
