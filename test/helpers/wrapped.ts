import type { WrappedPoolETH } from "../../typechain-types/index.ts";
import { FAST_GROWTH, gainTo, loseTo } from "./shareRate.ts";
import { deployRedeemable, type RedeemableSuite } from "./withdrawals.ts";

/** A suite with its withdrawal queue and the wrapped token, whose share rate tests can move. */
export interface WrappedSuite extends RedeemableSuite {
  readonly wrapped: WrappedPoolETH;
}

/** Deploys the suite with the wrapped token on a new chain; two holders have 100 poolETH each. */
export async function deployWrapped(): Promise<WrappedSuite> {
  const suite = await deployRedeemable(FAST_GROWTH);
  return { ...suite, wrapped: suite.wrappedPoolETH };
}

/** The same after a gain: a share is worth about one and a half, and not a round number of wei. */
export async function deployWrappedAfterGain(): Promise<WrappedSuite> {
  const suite = await deployWrapped();
  await gainTo(suite, ((await suite.poolETH.totalPooledEther()) * 3n) / 2n + 7n);
  return suite;
}

/** The same after a loss: a share is worth about seven tenths, and not a round number of wei. */
export async function deployWrappedAfterLoss(): Promise<WrappedSuite> {
  const suite = await deployWrapped();
  await loseTo(suite, ((await suite.poolETH.totalPooledEther()) * 7n) / 10n + 3n);
  return suite;
}

/** What shares are worth at the rate of now, in exact arithmetic. */
export async function exactRate({ poolETH }: RedeemableSuite) {
  const [shares, ether] = [await poolETH.totalShares(), await poolETH.totalPooledEther()];
  return {
    sharesDown: (ethAmount: bigint) => (ethAmount * shares) / ether,
    sharesUp: (ethAmount: bigint) => (ethAmount * shares + ether - 1n) / ether,
    etherDown: (units: bigint) => (units * ether) / shares,
    etherUp: (units: bigint) => (units * ether + shares - 1n) / shares,
  };
}
