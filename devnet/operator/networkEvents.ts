import { Interface } from "ethers/abi";

import type { Hex } from "../../src/units/hex.ts";
import type { RawLog } from "./executionClient.ts";

/** What SSVNetwork logs that an operator acts upon (ssv-network v2.0.0). */
const NETWORK = new Interface([
  "event ValidatorAdded(address indexed owner, uint64[] operatorIds, bytes publicKey, bytes shares, (uint32, uint64, uint64, bool, uint256) cluster)",
  "event ValidatorRemoved(address indexed owner, uint64[] operatorIds, bytes publicKey, (uint32, uint64, uint64, bool, uint256) cluster)",
  "event ValidatorExited(address indexed owner, uint64[] operatorIds, bytes publicKey)",
  "event ClusterLiquidated(address indexed owner, uint64[] operatorIds, (uint32, uint64, uint64, bool, uint256) cluster)",
  "event ClusterReactivated(address indexed owner, uint64[] operatorIds, (uint32, uint64, uint64, bool, uint256) cluster)",
  "event FeeRecipientAddressUpdated(address indexed owner, address recipientAddress)",
  "event OperatorRemoved(uint64 indexed operatorId)",
]);

/** Topics of these events. */
export const NETWORK_TOPICS: readonly string[] = NETWORK.fragments.map(
  (event) => NETWORK.getEvent(event.format())?.topicHash ?? "",
);

/** A validator key of an owner, and the operators of its cluster. */
interface KeyEvent {
  /** With checksum. */
  readonly owner: string;
  readonly operatorIds: readonly bigint[];
  /** 48 bytes, lower case. */
  readonly pubkey: Hex;
}

/** A registration. */
export interface ValidatorAdded extends KeyEvent {
  readonly name: "ValidatorAdded";
  readonly sharesData: Hex;
  readonly blockNumber: number;
}

/** An event of SSVNetwork. */
export type NetworkEvent =
  | ValidatorAdded
  | (KeyEvent & { readonly name: "ValidatorRemoved" | "ValidatorExited" })
  | (Omit<KeyEvent, "pubkey"> & { readonly name: "ClusterLiquidated" | "ClusterReactivated" })
  | { readonly name: "FeeRecipientAddressUpdated"; readonly owner: string; readonly recipient: string }
  | { readonly name: "OperatorRemoved"; readonly operatorId: bigint };

/** Reads a log of SSVNetwork; undefined if it is none of these events. */
export function decodeNetworkEvent({ topics, data, blockNumber }: RawLog): NetworkEvent | undefined {
  const parsed = NETWORK.parseLog({ topics, data });
  if (parsed === null) return undefined;
  const fields = parsed.args.toObject() as {
    readonly owner: string;
    readonly operatorIds: Iterable<bigint>;
    readonly publicKey: Hex;
    readonly shares: Hex;
    readonly recipientAddress: string;
    readonly operatorId: bigint;
  };
  const { owner } = fields;
  const cluster = () => ({ owner, operatorIds: [...fields.operatorIds] });
  const name = parsed.name as NetworkEvent["name"];
  switch (name) {
    case "ValidatorAdded":
      return { name, ...cluster(), pubkey: fields.publicKey, sharesData: fields.shares, blockNumber };
    case "ValidatorRemoved":
    case "ValidatorExited":
      return { name, ...cluster(), pubkey: fields.publicKey };
    case "ClusterLiquidated":
    case "ClusterReactivated":
      return { name, ...cluster() };
    case "FeeRecipientAddressUpdated":
      return { name, owner, recipient: fields.recipientAddress };
    case "OperatorRemoved":
      return { name, operatorId: fields.operatorId };
  }
}
