import { z } from "zod";

import type { Hex } from "../units/hex.ts";
import { hexSchema, parseJson } from "../units/json.ts";
import type { SignedMessage } from "./signedMessages.ts";

/** What a member serves: what it signed lately for one committee. */
export interface SignedMessages {
  readonly chainId: bigint;
  /** Of the `Committee`, lower case. */
  readonly committee: Hex;
  readonly messages: readonly SignedMessage[];
}

/** Most messages that are served and read at once. */
export const MAX_MESSAGES = 80;
/** Most ranges of keys of one exit status. */
export const MAX_RANGES = 32;
/** Most keys of one exit status or offer, which a transaction can take. */
export const MAX_KEYS = 80;
/** What `MAX_MESSAGES` of the largest kind take stays below it. */
export const MAX_BYTES = 256 * 2 ** 10;

const VERSION = 1;
const POSITIONS = 2 ** 32;

/** An unsigned number of so many bits, in decimal. */
function uint(bits: bigint): z.ZodType<bigint, string> {
  return z
    .string()
    .regex(/^(?:0|[1-9]\d{0,38})$/, "expected a decimal number")
    .transform((digits) => BigInt(digits))
    .refine((value) => value < 2n ** bits, `expected less than 2^${bits}`);
}

const [u32, u64, u128] = [uint(32n), uint(64n), uint(128n)];
const position = z.int().min(0).max(POSITIONS);
const Span = z
  .strictObject({ batchId: u64, from: position, to: position })
  .refine(({ from, to }) => to > from && to - from <= MAX_KEYS, `expected 1 to ${MAX_KEYS} keys`);
const signature = hexSchema(65);
const Report = z.strictObject({
  refSlot: u64,
  validatorsGwei: u64,
  pendingGwei: u64,
  stakedWei: u128,
  vaultsReceivedWei: u128,
  stakedKeys: u32,
  activeKeys: u32,
  exitingKeys: u32,
  exitedKeys: u32,
  slashedKeys: u32,
  lostKeys: u32,
  finalizeUpTo: u64,
});
const Approval = z.strictObject({
  keysHash: hexSchema(32),
  withdrawalCredentials: hexSchema(32),
  amountGwei: u64,
  depositCount: u64,
  blockNumber: u64,
  blockHash: hexSchema(32),
  deadline: u64,
});
const ExitStatus = z.strictObject({ pubkeysHash: hexSchema(32), refSlot: u64 });

const Message = z.discriminatedUnion("kind", [
  z.strictObject({ kind: z.literal("report"), message: Report, signature }),
  z.strictObject({ kind: z.literal("approval"), message: Approval, offer: Span, signature }),
  z.strictObject({
    kind: z.literal("exits"),
    message: ExitStatus,
    ranges: z.array(Span).min(1).max(MAX_RANGES),
    signature,
  }),
]);
const Messages = z.strictObject({
  version: z.literal(VERSION),
  chainId: u64,
  committee: hexSchema(20),
  messages: z.array(Message).max(MAX_MESSAGES),
});

/** Messages as JSON: whole numbers as decimal strings, positions as numbers. */
export function printSignedMessages({ chainId, committee, messages }: SignedMessages): string {
  const document = { version: VERSION, chainId, committee: committee.toLowerCase(), messages };
  return JSON.stringify(document, (_, value: unknown) => (typeof value === "bigint" ? value.toString() : value));
}

/**
 * Reads what a member serves. Nothing of it is verified.
 * @param source How messages name it.
 * @throws {FileFormatError} Naming the first field that does not fit.
 */
export function parseSignedMessages(text: string, source: string): SignedMessages {
  const { chainId, committee, messages } = parseJson(text, Messages, source);
  return { chainId, committee, messages };
}
