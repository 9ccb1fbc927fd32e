import type { Provider } from "ethers";
import { pino } from "pino";

import { beaconUrl } from "../../clients/beaconHttp.ts";
import { BeaconNode } from "../../clients/beaconNode.ts";
import type { ObservedPool } from "../../clients/observation.ts";
import type { CollectContext } from "../../daemon/oracle/collect.ts";
import { DaemonMetrics } from "../../daemon/service/metrics.ts";
import type { BeaconServer } from "./beaconServer.ts";
import { throughProvider } from "./changedProvider.ts";
import { connectObserved } from "./observedPool.ts";
import type { TestSuite } from "./suite.ts";

/** What the consensus layer pays out in a block, Gwei. */
export interface PaidOut {
  readonly block: number;
  readonly validatorIndex: bigint;
  readonly address: string;
  readonly amountGwei: bigint;
}

/** A member that asks some beacon nodes. */
export function memberContext(servers: readonly BeaconServer[], agreement?: number): CollectContext {
  const beacons = servers.map(({ url }) => new BeaconNode({ url: beaconUrl(url, "beacon"), field: "beacon" }));
  const config = { preset: "mainnet" as const, ...(agreement !== undefined && { agreement }) };
  return { config, beacons, log: pino({ level: "silent" }), metrics: new DaemonMetrics() };
}

/** The pool of a suite on a chain whose blocks have withdrawals, as those of Hardhat's have not. */
export async function withPayouts(suite: TestSuite, paid: readonly PaidOut[]): Promise<ObservedPool> {
  const { pool, startBlock } = await connectObserved(suite);
  const { provider } = suite.chain.ethers;
  const send = async (method: string, params: unknown[]): Promise<unknown> => {
    const answer: unknown = await provider.send(method, params);
    if (method !== "eth_getBlockByNumber" || typeof answer !== "object" || answer === null) return answer;
    const block = Number(params[0]);
    const withdrawals = paid
      .filter((each) => each.block === block)
      .map(({ validatorIndex, address, amountGwei }, index) => ({
        ...{ index: hex(BigInt(index)), validatorIndex: hex(validatorIndex) },
        ...{ address, amount: hex(amountGwei) },
      }));
    return { ...answer, withdrawals };
  };
  return { pool: { ...pool, poolETH: throughProvider(pool.poolETH, { send } as Partial<Provider>) }, startBlock };
}

function hex(value: bigint): string {
  return `0x${value.toString(16)}`;
}
