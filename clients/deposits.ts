import { getBytes, Interface, type Provider } from "ethers";

import type { DepositData } from "../src/consensus/deposit.ts";
import { gwei } from "../src/units/ether.ts";
import { fetchLogs } from "./logs.ts";

/** The only event of the deposit contract; amount and index are little endian. */
const DEPOSIT_EVENTS = new Interface([
  "event DepositEvent(bytes pubkey, bytes withdrawal_credentials, bytes amount, bytes signature, bytes index)",
]);

/** A deposit as the deposit contract logged it. Nobody has checked its signature. */
export interface LoggedDeposit extends DepositData {
  /** Deposits before it, by anybody. */
  readonly index: bigint;
}

/** Reads the deposits of a range of blocks, by anybody, in their order. */
export async function fetchDeposits(
  chain: Provider,
  depositContract: string,
  fromBlock: number,
  toBlock: number | "latest" = "latest",
): Promise<LoggedDeposit[]> {
  const topics = DEPOSIT_EVENTS.encodeFilterTopics("DepositEvent", []);
  const lastBlock = toBlock === "latest" ? undefined : toBlock;
  const logs = await fetchLogs(chain, { address: depositContract, topics }, fromBlock, lastBlock);
  return logs.map((log) => {
    const event = DEPOSIT_EVENTS.decodeEventLog("DepositEvent", log.data, log.topics).toObject() as Record<
      "pubkey" | "withdrawal_credentials" | "amount" | "signature" | "index",
      string
    >;
    return {
      pubkey: getBytes(event.pubkey),
      withdrawalCredentials: getBytes(event.withdrawal_credentials),
      amount: gwei(littleEndian(event.amount), "amount of a deposit"),
      signature: getBytes(event.signature),
      index: littleEndian(event.index),
    };
  });
}

function littleEndian(bytes: string): bigint {
  return Buffer.from(getBytes(bytes)).readBigUInt64LE();
}
