import { getBytes, Interface, type Log, type Provider } from "ethers";

import type { DepositData } from "../src/consensus/deposit.ts";
import { gwei } from "../src/units/ether.ts";
import { toHex } from "../src/units/hex.ts";
import { fetchLogs, scanLogs, type ScannedBlocks } from "./logs.ts";

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
  return logs.map(readDeposit);
}

/** Reads those of the deposits of a range of blocks that are for certain keys, by anybody, in their order. */
export async function findDeposits(
  chain: Provider,
  depositContract: string,
  pubkeys: ReadonlySet<string>,
  blocks: ScannedBlocks,
): Promise<LoggedDeposit[]> {
  const topics = DEPOSIT_EVENTS.encodeFilterTopics("DepositEvent", []);
  const found: LoggedDeposit[] = [];
  for await (const logs of scanLogs(chain, { address: depositContract, topics }, blocks))
    found.push(...logs.map(readDeposit).filter(({ pubkey }) => pubkeys.has(toHex(pubkey))));
  return found;
}

function readDeposit({ data, topics }: Log): LoggedDeposit {
  const event = DEPOSIT_EVENTS.decodeEventLog("DepositEvent", data, topics).toObject() as Record<
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
}

function littleEndian(bytes: string): bigint {
  return Buffer.from(getBytes(bytes)).readBigUInt64LE();
}
