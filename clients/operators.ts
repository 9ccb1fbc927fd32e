import { toBeHex } from "ethers";

import type { RegisteredOperator } from "../src/ceremony/operators.ts";
import type { ListedOperator } from "../src/ssv/keysharesFile.ts";
import { decodeOperatorPublicKey } from "../src/ssv/operatorKey.ts";
import type { Hex } from "../src/units/hex.ts";
import { ISSVNetworkViews__factory, type ISSVNetwork } from "../typechain-types/index.ts";
import { chainOf } from "./committee.ts";
import { fetchLogs } from "./logs.ts";
import { firstBlockOfSSV } from "./networks.ts";

/** An operator as the logs of ssv.network have it. */
export interface OperatorRecord {
  readonly id: bigint;
  readonly owner: string;
  /** As registered; anything, since ssv.network does not look at it. */
  readonly publicKey: Hex;
  /**
   * For ever. The views do not tell: to them, an operator from the time of fees in tokens that has not served a cluster
   * that pays in ether is as inactive as a removed one.
   */
  readonly isRemoved: boolean;
}

/**
 * The operators of ssv.network by their logs, the oldest first.
 * @param ids Of the operators; all if left out.
 * @param toBlock Last block to look at; the newest if left out.
 */
export async function fetchOperatorRecords(
  ssvNetwork: ISSVNetwork,
  ids?: readonly bigint[],
  toBlock?: number,
): Promise<OperatorRecord[]> {
  // To nodes, an empty list of topics stands for any.
  if (ids?.length === 0) return [];
  const { interface: abi } = ssvNetwork;
  const address = await ssvNetwork.getAddress();
  const events = [abi.getEvent("OperatorAdded").topicHash, abi.getEvent("OperatorRemoved").topicHash];
  const topics = ids === undefined ? [events] : [events, ids.map((id) => toBeHex(id, 32))];
  const records = new Map<bigint, OperatorRecord>();
  const fromBlock = await firstBlockOfSSV(ssvNetwork);
  for (const log of await fetchLogs(chainOf(ssvNetwork), { address, topics }, fromBlock, toBlock)) {
    const parsed = abi.parseLog(log);
    if (parsed === null) continue;
    const { operatorId: id, owner, publicKey } = parsed.args.toObject() as Record<string, unknown>;
    const known = records.get(id as bigint);
    if (parsed.name === "OperatorAdded")
      records.set(id as bigint, {
        id: id as bigint,
        owner: owner as string,
        publicKey: publicKey as Hex,
        isRemoved: false,
      });
    else if (known !== undefined) records.set(known.id, { ...known, isRemoved: true });
  }
  return [...records.values()];
}

/**
 * The keys that operators registered at ssv.network, the oldest first.
 * @param ids Of the operators; all if left out.
 * @throws {OperatorKeyError} If one registered something else.
 */
export async function fetchOperatorKeys(ssvNetwork: ISSVNetwork, ids?: readonly bigint[]): Promise<ListedOperator[]> {
  const records = await fetchOperatorRecords(ssvNetwork, ids);
  return records.map(({ id, publicKey }) => ({ id, operatorKey: decodeOperatorPublicKey(publicKey) }));
}

/** Operators as ssv.network has them now, in the order of the ids. */
export async function fetchRegisteredOperators(
  ssvNetwork: ISSVNetwork,
  ids: readonly bigint[],
): Promise<RegisteredOperator[]> {
  const chain = chainOf(ssvNetwork);
  const views = ISSVNetworkViews__factory.connect(await ssvNetwork.getAddress(), chain);
  const states = await Promise.all(ids.map((id) => views.getOperatorById(id)));
  const records = new Map((await fetchOperatorRecords(ssvNetwork, ids)).map((record) => [record.id, record]));
  return states.map(({ owner }, i) => {
    const id = ids[i] ?? 0n;
    const record = records.get(id);
    const operatorKey = record === undefined ? undefined : decodeOperatorPublicKey(record.publicKey);
    return { id, owner, isRemoved: record?.isRemoved ?? false, operatorKey };
  });
}
