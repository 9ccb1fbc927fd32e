import { getBytes, Interface, type Log, type Provider } from "ethers";

import type { DepositData } from "../src/consensus/deposit.ts";
import { FieldError } from "../src/units/errors.ts";
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

/** A node does not give all logs of the deposit contract. */
export class DepositLogError extends FieldError {}

/** Where to look for deposits. */
export interface DepositBlocks extends ScannedBlocks {
  /** Deposits by anybody up to the last block, by the contract's own count, where it is known. */
  readonly depositCount?: bigint | undefined;
}

/** Topics by which a node finds deposits. */
export const DEPOSIT_TOPICS = DEPOSIT_EVENTS.encodeFilterTopics("DepositEvent", []);

/** Reads the deposits of a range of blocks, by anybody, in their order. */
export async function fetchDeposits(
  chain: Provider,
  depositContract: string,
  fromBlock: number,
  toBlock: number | "latest" = "latest",
): Promise<LoggedDeposit[]> {
  const lastBlock = toBlock === "latest" ? undefined : toBlock;
  const logs = await fetchLogs(chain, { address: depositContract, topics: DEPOSIT_TOPICS }, fromBlock, lastBlock);
  return logs.map(readDeposit);
}

/**
 * Reads those of the deposits of a range of blocks that are for certain keys, by anybody, in their order.
 * @throws {DepositLogError} If the contract has numbered a deposit that the node does not tell of.
 */
export async function findDeposits(
  chain: Provider,
  depositContract: string,
  pubkeys: ReadonlySet<string>,
  { depositCount, ...blocks }: DepositBlocks,
): Promise<LoggedDeposit[]> {
  const found: LoggedDeposit[] = [];
  let next: bigint | undefined;
  for await (const logs of scanLogs(chain, { address: depositContract, topics: DEPOSIT_TOPICS }, blocks))
    for (const deposit of logs.map(readDeposit)) {
      if (next !== undefined && deposit.index !== next) throw missing(next);
      next = deposit.index + 1n;
      if (pubkeys.has(toHex(deposit.pubkey))) found.push(deposit);
    }
  if (next !== undefined && depositCount !== undefined && next !== depositCount) throw missing(next);
  return found;
}

function missing(index: bigint): DepositLogError {
  return new DepositLogError(
    "deposit contract",
    `deposit ${index}`,
    "has a deposit that the node's logs lack",
    "wait until the node has caught up, or use one that keeps all logs",
  );
}

/** Reads a log of the deposit contract. */
export function readDeposit({ data, topics }: Log): LoggedDeposit {
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
