import { existsSync } from "node:fs";
import { join } from "node:path";

import type { Provider } from "ethers";
import { z } from "zod";

import { SNAPSHOT_EVENTS, type OwnerEvent } from "../src/ssv/ownerEvents.ts";
import type { Hex } from "../src/units/hex.ts";
import { FileError, makeFolder, moveFolder, readText, writeText } from "./files.ts";

/** Events up to a block that no branch of the chain changes any more. */
export interface KnownEvents {
  readonly toBlock: number;
  readonly events: readonly OwnerEvent[];
}

/** Keeps what ssv.network logged of one owner. */
export interface OwnerEventCache {
  /** What was kept, if it is of this chain; undefined if there is nothing to go on from. */
  read(): Promise<KnownEvents | undefined>;
  /** Keeps what is known now, as far as it is final. */
  write(known: KnownEvents): Promise<void>;
}

/** Whose logs are kept, and where they are. */
export interface EventPlace {
  readonly chain: Provider;
  readonly ssvNetwork: string;
  readonly owner: string;
}

/** Blocks after which one counts as final on chains that do not say. */
const FINAL_AFTER = 96;
const FIELD = "cache";

const amount = z
  .string()
  .regex(/^\d+$/)
  .transform((digits) => BigInt(digits));
const hex = z
  .string()
  .regex(/^0x[0-9a-f]+$/)
  .transform((digits) => digits as Hex);
const place = { blockNumber: z.int(), logIndex: z.int() };
/** Of what a file says; one of another version is read no further. */
const VERSION = 3;
const operatorIds = z.array(amount);
const cluster = z.object({
  validatorCount: amount,
  networkFeeIndex: amount,
  index: amount,
  active: z.boolean(),
  balance: amount,
});
const Event = z.discriminatedUnion("name", [
  z.object({
    ...{ name: z.enum(SNAPSHOT_EVENTS), operatorIds, cluster, ...place },
    ...{ pubkey: hex.optional(), effectiveBalanceEther: amount.optional() },
  }),
  z.object({ name: z.literal("ValidatorExited"), operatorIds, pubkey: hex, ...place }),
  z.object({ name: z.literal("FeeRecipientAddressUpdated"), recipient: z.string(), ...place }),
]);
const Cache = z.object({
  version: z.literal(VERSION),
  /** From which block on they were read. */
  firstBlock: z.int(),
  toBlock: z.int(),
  blockHash: z.string(),
  events: z.array(Event),
});

/**
 * A cache in a file of its own for each chain, ssv.network and owner. It only saves time: one that cannot be read or
 * written is as good as none, and of two tasks at once the last one's is kept.
 * @param firstBlock From which block on logs are read; what was read from another one is dropped.
 */
export async function ownerEventCache(
  folder: string,
  { chain, ssvNetwork, owner }: EventPlace,
  firstBlock: number,
): Promise<OwnerEventCache> {
  const { chainId } = await chain.getNetwork();
  const path = join(folder, `${chainId}-${ssvNetwork}-${owner}.json`.toLowerCase());
  return {
    async read() {
      const kept = parse(path);
      if (kept?.firstBlock !== firstBlock) return undefined;
      // A local chain may have been started anew, or a block have been given up that was called final.
      const block = await chain.getBlock(kept.toBlock);
      return block?.hash === kept.blockHash ? kept : undefined;
    },
    async write({ events, toBlock }) {
      const block = await finalBlock(chain, toBlock);
      if (block === undefined) return;
      const final = events.filter(({ blockNumber }) => blockNumber <= block.number);
      const kept = { version: VERSION, firstBlock, toBlock: block.number, blockHash: block.hash, events: final };
      attempt(() => {
        makeFolder(folder, FIELD);
        const unfinished = `${path}.${process.pid}`;
        writeText(unfinished, FIELD, JSON.stringify(kept, bigintsAsDigits));
        moveFolder(unfinished, path, FIELD);
      });
    },
  };
}

function parse(path: string): z.output<typeof Cache> | undefined {
  if (!existsSync(path)) return undefined;
  try {
    return Cache.safeParse(JSON.parse(readText(path, FIELD))).data;
  } catch {
    return undefined;
  }
}

/** The newest final block among those up to `head`. */
async function finalBlock(chain: Provider, head: number): Promise<{ number: number; hash: string } | undefined> {
  const finalized = await chain.getBlock("finalized").catch(() => null);
  const number = Math.min(head, finalized?.number ?? Math.max(0, head - FINAL_AFTER));
  const hash = (await chain.getBlock(number))?.hash ?? undefined;
  return hash === undefined ? undefined : { number, hash };
}

function bigintsAsDigits(_: string, value: unknown): unknown {
  return typeof value === "bigint" ? value.toString() : value;
}

function attempt(write: () => void): void {
  try {
    write();
  } catch (error) {
    if (!(error instanceof FileError)) throw error;
  }
}
