import type { PoolState } from "./poolState.ts";

const STAKE = 32n * 10n ** 18n;

/** A statement about the final state. */
export interface Check {
  readonly statement: string;
  readonly expected: bigint;
  readonly relation: "=" | ">=" | ">" | "<=";
  readonly actual: bigint;
}

/** Whether a check holds: the actual value stands in the relation to the expected one. */
export function holds({ actual, relation, expected }: Check): boolean {
  switch (relation) {
    case "=":
      return actual === expected;
    case ">=":
      return actual >= expected;
    case ">":
      return actual > expected;
    case "<=":
      return actual <= expected;
  }
}

/** The identities that must hold to the wei. Each reads like a sentence: actual, relation, expected. */
export function checksOf(state: PoolState, reports: bigint): Check[] {
  const { holdings, queue, ratesOfRun, ssv } = state;
  const shares = holdings.reduce((sum, holding) => sum + holding.shares, 0n);
  const balances = holdings.reduce((sum, holding) => sum + holding.balance, 0n);
  const unreported = state.totalStaked - state.reportedStaked;
  const falls = ratesOfRun.filter((rate, i) => rate < (ratesOfRun[i - 1] ?? rate));
  const atHand = state.poolEther + state.withdrawalVaultEther + state.rewardsVaultEther;
  const check = (statement: string, actual: bigint, relation: Check["relation"], expected: bigint): Check => ({
    statement,
    actual,
    relation,
    expected,
  });
  return [
    check(
      "total pooled ether + deferred rewards = buffered + unreported stake + CL balance",
      state.totalPooledEther + state.deferredRewards,
      "=",
      state.bufferedEther + unreported + state.reportedClBalance,
    ),
    check(
      "the reported total = all that was paid in and earned, less paid out, by the model",
      state.totalPooledEther + state.deferredRewards,
      "=",
      state.trueTotal,
    ),
    check("nothing is deferred", state.deferredRewards, "=", 0n),
    check("ether in PoolETH and the vaults >= buffered ether", atHand, ">=", state.bufferedEther),
    check("all holders' shares = total shares", shares, "=", state.totalShares),
    check("all holders' balances <= total pooled ether", balances, "<=", state.totalPooledEther),
    check(
      "all holders' balances > total pooled ether - 1 wei for each holder",
      balances,
      ">",
      state.totalPooledEther - BigInt(holdings.length),
    ),
    check("deposits in the deposit contract x 32 ETH = total staked", state.deposits * STAKE, "=", state.totalStaked),
    check("ether logged by the deposit contract = total staked", state.depositedToBeacon, "=", state.totalStaked),
    check("deposits in the deposit contract = registrations at ssv.network", state.deposits, "=", ssv.registrations),
    check("owner nonce of the cluster manager = registrations", ssv.ownerNonce, "=", ssv.registrations),
    check("validators in the cluster = registrations", ssv.validators, "=", ssv.registrations),
    check(
      "balance of the cluster = paid in - fee of each validator and block",
      ssv.balance,
      "=",
      ssv.paidIn - ssv.charged,
    ),
    check("earnings of operators and network = fees charged", ssv.earned, "=", ssv.charged),
    check("ether in ssv.network = cluster balance + earnings", ssv.held, "=", ssv.balance + ssv.earned),
    check("shares in the queue = shares that wait", queue.lockedShares, "=", queue.waitingShares),
    check("shares that wait when all are paid = 0", queue.waitingShares, "=", 0n),
    check(
      "claimed + ether in the queue = worth of burned shares at the rates of the reports",
      queue.claimed + queue.ether,
      "=",
      queue.burnedWorth,
    ),
    check("ether in the queue when all have claimed <= 1 wei", queue.ether, "<=", 1n),
    ...queue.payouts.map(({ name, received, expected }) =>
      check(`${name} received what the checkpoint of the request says`, received, "=", expected),
    ),
    check("reports after which those who stayed had less = 0", BigInt(falls.length), "=", 0n),
    check("a report for every day", reports, "=", BigInt(state.day)),
  ];
}
