import { toBeHex, type Log } from "ethers";

import { stepsOf, type FeeHistory, type Step, type Steps } from "../src/ssv/feeHistory.ts";
import type { FeeTerms } from "../src/ssv/fees.ts";
import { ISSVNetworkViews__factory, type ISSVNetwork } from "../typechain-types/index.ts";
import { chainOf } from "./committee.ts";
import { fetchLogs } from "./logs.ts";
import { firstBlockOfSSV } from "./networks.ts";

/** Fees and terms of the network, which apply to all clusters. */
export type NetworkTerms = Omit<FeeTerms, "operatorFeesWei">;

/** Fees at the end of the time that is of interest. */
export interface TermsNow extends NetworkTerms {
  readonly blockNumber: number;
  /** Fee of each operator by its id. */
  readonly operatorFeesWei: ReadonlyMap<bigint, bigint>;
}

type EventName = "OperatorAdded" | "OperatorFeeExecuted" | "OperatorRemoved" | NetworkEventName;
type NetworkEventName =
  "NetworkFeeUpdated" | "LiquidationThresholdPeriodUpdated" | "MinimumLiquidationCollateralUpdated";

/** Which argument of an event is the new value; an operator that is removed charges nothing. */
const VALUES: Readonly<Record<EventName, string | undefined>> = {
  ...{ OperatorAdded: "fee", OperatorFeeExecuted: "fee", OperatorRemoved: undefined, NetworkFeeUpdated: "newFee" },
  ...{ LiquidationThresholdPeriodUpdated: "value", MinimumLiquidationCollateralUpdated: "value" },
};

interface Change extends Step {
  readonly logIndex: number;
  readonly name: string;
  readonly operatorId: bigint | undefined;
  /** What it was before, where the event says so. */
  readonly before: bigint | undefined;
}

/**
 * Reads what operators and ssv.network charged and demanded so far, from all its logs of it.
 * @param now What they charge and demand at the last block.
 */
export async function fetchFeeHistory(ssvNetwork: ISSVNetwork, now: TermsNow): Promise<FeeHistory> {
  const chain = chainOf(ssvNetwork);
  const address = await ssvNetwork.getAddress();
  const topicOf = (name: EventName): string => ssvNetwork.interface.getEvent(name).topicHash;
  const ids = [...now.operatorFeesWei.keys()].map((id) => toBeHex(id, 32));
  const fromBlock = await firstBlockOfSSV(ssvNetwork);
  const read = async (names: readonly EventName[], ...indexed: (string[] | null)[]): Promise<Change[]> => {
    const topics = [names.map(topicOf), ...indexed];
    const logs = await fetchLogs(chain, { address, topics }, fromBlock, now.blockNumber);
    return logs.map((log) => decode(ssvNetwork, log));
  };
  // To nodes, an empty list of topics stands for any.
  const ofOperators =
    ids.length === 0
      ? []
      : [
          ...(await read(["OperatorAdded", "OperatorRemoved"], ids)),
          ...(await read(["OperatorFeeExecuted"], null, ids)),
        ];
  ofOperators.sort((a, b) => a.blockNumber - b.blockNumber || a.logIndex - b.logIndex);
  const ofNetwork = await read([
    "NetworkFeeUpdated",
    "LiquidationThresholdPeriodUpdated",
    "MinimumLiquidationCollateralUpdated",
  ]);
  const named = (name: NetworkEventName): Change[] => ofNetwork.filter((change) => change.name === name);

  const views = ISSVNetworkViews__factory.connect(address, chain);
  const before = async (changes: readonly Change[], ask: (at: { blockTag: number }) => Promise<bigint>) => {
    const [first] = changes;
    if (first === undefined) return undefined;
    // Nodes that keep no old state refuse in many ways; then the first value that is known counts.
    return ask({ blockTag: first.blockNumber - 1 }).catch(() => undefined);
  };
  const fees = named("NetworkFeeUpdated");
  const collateral = named("MinimumLiquidationCollateralUpdated");
  const threshold = named("LiquidationThresholdPeriodUpdated");
  const operatorFeesWei = new Map<bigint, Steps>();
  for (const [id, fee] of now.operatorFeesWei)
    operatorFeesWei.set(
      id,
      stepsOf(
        ofOperators.filter(({ operatorId }) => operatorId === id),
        fee,
      ),
    );
  return {
    operatorFeesWei,
    networkFeeWei: stepsOf(fees, now.networkFeeWei, fees[0]?.before),
    minimumCollateralWei: stepsOf(
      collateral,
      now.minimumCollateralWei,
      await before(collateral, (at) => views.getMinimumLiquidationCollateral(at)),
    ),
    liquidationThresholdBlocks: stepsOf(
      threshold,
      now.liquidationThresholdBlocks,
      await before(threshold, (at) => views.getLiquidationThresholdPeriod(at)),
    ),
  };
}

function decode({ interface: abi }: ISSVNetwork, log: Log): Change {
  const parsed = abi.parseLog(log);
  if (parsed === null)
    throw new Error(`block ${log.blockNumber} has a log of ssv.network that none of its events makes`);
  const { name } = parsed;
  const place = { blockNumber: log.blockNumber, logIndex: log.index };
  const fields = parsed.args.toObject() as Record<string, bigint | undefined>;
  const value = fields[VALUES[name as EventName] ?? ""] ?? 0n;
  return { name, ...place, operatorId: fields.operatorId, value, before: fields.oldFee };
}
