import { applyReport, makeReport } from "../../test/helpers/report.ts";
import { deployWithHolders, ETHER, gasOf, type Figures } from "./suite.ts";

const SHARES = ETHER;
const TEN = Array.from({ length: 10 }, () => SHARES);

/**
 * What holders pay to have ether for their shares. They keep shares and requests throughout. "first" is a holder's first
 * request, while the queue has others' already.
 */
export async function measureRedemptions(): Promise<Figures> {
  const suite = await deployWithHolders();
  const { withdrawalQueue, poolETH, newcomer } = suite;
  const [holder, other] = suite.holders;
  await withdrawalQueue.connect(other).requestWithdrawal(SHARES, other.address);
  const queue = withdrawalQueue.connect(holder);

  const requests = {
    "request.first": await gasOf(queue.requestWithdrawal(SHARES, holder.address)),
    "request.repeat": await gasOf(queue.requestWithdrawal(SHARES, holder.address)),
    "request.n10": await gasOf(queue.requestWithdrawals(TEN, holder.address)),
  };
  // Request 13 waits on, so that the holder keeps one.
  await queue.requestWithdrawal(SHARES, holder.address);
  await applyReport(suite, await makeReport(suite, 0n, { finalizeUpTo: 12n }));
  const hint = await queue.checkpointOf(12n);
  const claim = queue.claim(2n, hint, holder.address);
  const claimed = await gasOf(claim);
  const ids = Array.from({ length: 10 }, (_, index) => BigInt(index) + 3n);
  const hints = ids.map(() => hint);
  const ten = queue.claimMany(ids, hints, holder.address);
  const figures = { ...requests, "claim.n1": claimed, "claim.n10": await gasOf(ten) };

  await poolETH.connect(holder).redeem(SHARES, 0n, newcomer.address);
  const redeemed = await gasOf(poolETH.connect(holder).redeem(SHARES, 0n, newcomer.address));
  await suite.chain.close();
  return { ...figures, "redeem.instant": redeemed };
}
