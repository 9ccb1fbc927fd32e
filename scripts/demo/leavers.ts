import type { ContractTransactionReceipt } from "ethers";

import type { Books, Staker, World } from "./world.ts";

/** Fees of redemptions are scaled by this. */
export const FEE_SCALE = 10n ** 11n;

/** Ether for shares at once, wei. */
export interface Redemption {
  readonly worth: bigint;
  readonly received: bigint;
  /** Part of the worth that was kept, scaled by `FEE_SCALE`. */
  readonly fee: bigint;
}

/** Redeems so much at once, or what can be paid; nothing if the pool has nothing to pay. */
export async function redeem(world: World, { signer }: Staker, mostWei: bigint): Promise<Redemption | undefined> {
  const { chain, gas, suite } = world;
  const { fee, available } = await suite.poolETH.redemptionTerms();
  const wanted = available < mostWei ? available : mostWei;
  const shares = await suite.poolETH.toSharesDown(wanted);
  if (shares === 0n || fee >= FEE_SCALE) return undefined;
  const worth = await suite.poolETH.toEtherDown(shares);
  await chain.nextSlot();
  const received = await paidTo(world, signer.address, async () =>
    gas.confirm("redeem at once", await suite.poolETH.connect(signer).redeem(shares, 1n, signer.address)),
  );
  world.redeemedWei += received;
  return { worth, received, fee };
}

/** Asks the queue for all that somebody has, through the wrapped token if wanted. Returns the number of the request. */
export async function askForAll(world: Books, { signer }: Staker, isWrapped: boolean): Promise<bigint> {
  const { chain, gas, suite } = world;
  const { poolETH, withdrawalQueue, wrappedPoolETH } = suite;
  const shares = await poolETH.sharesOf(signer.address);
  if (isWrapped) {
    const wrapped = wrappedPoolETH.connect(signer);
    await chain.nextSlot();
    const allowance = await wrappedPoolETH.previewMint(shares);
    await gas.confirm("approve", await poolETH.connect(signer).approve(wrappedPoolETH, allowance));
    await chain.nextSlot();
    await gas.confirm("wrap", await wrapped.mint(shares, signer.address));
    await chain.nextSlot();
    await gas.confirm("request, wrapped", await wrapped.requestWithdrawal(shares, signer.address));
  } else {
    await chain.nextSlot();
    await gas.confirm(
      "request a withdrawal",
      await withdrawalQueue.connect(signer).requestWithdrawal(shares, signer.address),
    );
  }
  return (await withdrawalQueue.queueState()).lastId;
}

/** Claims a request, with its checkpoint or without, and books what the receiver got. */
export async function claim(
  world: Books,
  { name, signer }: Staker,
  { id, isHinted, receiver = signer.address }: { id: bigint; isHinted: boolean; receiver?: string },
): Promise<bigint> {
  const queue = world.suite.withdrawalQueue.connect(signer);
  const checkpointId = isHinted ? await queue.checkpointOf(id) : 0n;
  await world.chain.nextSlot();
  const received = await paidTo(world, receiver, async () =>
    isHinted
      ? world.gas.confirm("claim with a hint", await queue.claim(id, checkpointId, receiver))
      : world.gas.confirm("claim without a hint", await queue.claimWithdrawal(id, receiver)),
  );
  world.claims.push({ name, id, received });
  return received;
}

/** What an account gains by a transaction, without the gas that it pays for it. */
async function paidTo(
  { connection }: Pick<Books, "connection">,
  receiver: string,
  send: () => Promise<ContractTransactionReceipt>,
): Promise<bigint> {
  const { provider } = connection.ethers;
  const before = await provider.getBalance(receiver);
  const { fee, from } = await send();
  return (await provider.getBalance(receiver)) - before + (from === receiver ? fee : 0n);
}
