import type { Ceremony } from "../src/ceremony/ceremony.ts";
import { isDepositSignatureValid } from "../src/consensus/deposit.ts";
import type { Network } from "../src/consensus/network.ts";
import { parseWithdrawalCredentials } from "../src/consensus/withdrawalCredentials.ts";
import { FieldError } from "../src/units/errors.ts";
import type { Gwei } from "../src/units/ether.ts";
import { toHex, type Hex } from "../src/units/hex.ts";
import type { BatchState, RegisteredBatch } from "./batches.ts";
import { chainOf } from "./committee.ts";
import { mapConcurrently } from "./concurrency.ts";
import { findDeposits } from "./deposits.ts";
import type { ScannedBlocks } from "./logs.ts";
import type { ISSVNetwork } from "../typechain-types/index.ts";
import type { Pool } from "./pool.ts";
import { findRegistrations, findRegistrationsOf, type SSVRegistration } from "./ssvRegistrations.ts";

/** Batches whose content is read at once. */
const MAX_READS = 8;

/** The blocks to look in are not there. */
export class KeyScanError extends FieldError {}

/** A key as this pool has it. */
export interface PoolKey {
  readonly state: BatchState;
  readonly ownerNonce: bigint;
  /** Nothing for an activated key whose batch is not among those given. */
  readonly batchId: bigint | undefined;
  /** Within the batch. */
  readonly position: number | undefined;
}

/** A deposit for a key, by anybody. */
export interface KeyDeposit {
  /** Deposits before it, by anybody for any key. */
  readonly index: bigint;
  readonly withdrawalCredentials: Hex;
  /** Whether they pay out to where the owner wants. */
  readonly isOurs: boolean;
  readonly amount: Gwei;
  /** If not, the consensus layer burns the deposit, unless the key has a validator already. */
  readonly isSignatureValid: boolean;
}

/** A registration of a key at ssv.network, by anybody. */
export interface KeyRegistration extends SSVRegistration {
  /** Whether it is the owner's. */
  readonly isOurs: boolean;
}

/** What was done with a key. */
export interface KeyUsage {
  /** Lower case. */
  readonly pubkey: Hex;
  readonly inPool: readonly PoolKey[];
  readonly deposits: readonly KeyDeposit[];
  readonly registrations: readonly KeyRegistration[];
}

/** What was done with keys, and how far that is known. */
export interface KeyUsages {
  /** Where deposits and registrations of others were looked for; nothing if they were not. */
  readonly scanned: ScannedBlocks | undefined;
  /** Batches whose keys are not known, because their files could not be read. */
  readonly unread: readonly { readonly batchId: bigint; readonly reason: string }[];
  /** In the order of the keys asked for. */
  readonly keys: readonly KeyUsage[];
}

/** Where to look. */
export interface KeyScan {
  readonly network: Network;
  /** Block before which nobody can have used the keys; if left out, only this pool is searched. */
  readonly fromBlock: number | undefined;
  /** Where to stop, and how many deposits there are by then; if left out, at the newest block. */
  readonly until?: { readonly block: number; readonly depositCount: bigint };
  /** Those of the pool. */
  readonly batches: readonly RegisteredBatch[];
  /** The keys of a batch that are not activated; nothing if they do not matter. By default none do. */
  readonly readContent?: (batch: RegisteredBatch) => Promise<Ceremony | undefined>;
}

/** Whose keys they are to be, and where uses of keys are recorded. */
export interface KeyOwner {
  readonly ssvNetwork: ISSVNetwork;
  /** Account that registers there. */
  readonly account: string;
  readonly depositContract: string;
  /** Address that validators pay out to; undefined if any may. */
  readonly withdrawalAddress: string | undefined;
}

/** The owner that a pool's keys have. */
export async function ownerOfPool({
  poolETH,
  clusterManager,
  ssvNetwork,
}: Pick<Pool, "poolETH" | "clusterManager" | "ssvNetwork">): Promise<KeyOwner> {
  const [account, depositContract, credentials] = await Promise.all([
    clusterManager.getAddress(),
    poolETH.DEPOSIT_CONTRACT(),
    poolETH.withdrawalCredentials(false),
  ]);
  return { ssvNetwork, account, depositContract, withdrawalAddress: parseWithdrawalCredentials(credentials).address };
}

/**
 * Finds out what was done with keys, in one pass over the logs: by their owner, in the deposit contract by anybody, and at
 * ssv.network by anybody. What the pool activated is found wherever in the chain it is.
 * @throws {KeyScanError} If `fromBlock` is after the newest block.
 * @throws {DepositLogError} If the node does not give all logs of the deposit contract.
 */
export async function findKeyUsage(owner: KeyOwner, pubkeys: readonly Hex[], scan: KeyScan): Promise<KeyUsages> {
  const { ssvNetwork, account } = owner;
  const wanted = new Set<string>(pubkeys.map((pubkey) => pubkey.toLowerCase()));
  const toBlock = scan.until?.block ?? (await chainOf(ssvNetwork).getBlockNumber());
  const scanned = scan.fromBlock === undefined ? undefined : checkBlocks(scan.fromBlock, toBlock);
  const deposits = scanned === undefined ? [] : await fetchKeyDeposits(owner, wanted, scanned, scan);
  const registrations = await (scanned === undefined
    ? findRegistrationsOf(ssvNetwork, wanted, account, toBlock)
    : findRegistrations(ssvNetwork, wanted, scanned, [account]));
  const known = new Set(
    registrations.filter((registration) => registration.owner === account).map(({ pubkey }) => pubkey),
  );
  // A key that is activated waits nowhere.
  const { waiting, unread } = await readWaiting(known.size < wanted.size ? scan : { ...scan, batches: [] });

  const keys = pubkeys.map((given): KeyUsage => {
    const pubkey = given.toLowerCase() as Hex;
    const own = registrations.filter((registration) => registration.pubkey === pubkey);
    const marked = own.map((registration) => ({ ...registration, isOurs: registration.owner === account }));
    const activated = marked.filter(({ isOurs }) => isOurs).map((known) => findActivated(known, scan.batches));
    return {
      pubkey,
      inPool: [...activated, ...(waiting.get(pubkey) ?? [])],
      deposits: deposits.filter((deposit) => deposit.pubkey === pubkey).map(({ deposit }) => deposit),
      registrations: marked,
    };
  });
  return { scanned, unread, keys };
}

function checkBlocks(fromBlock: number, toBlock: number): ScannedBlocks {
  if (fromBlock <= toBlock) return { fromBlock, toBlock };
  throw new KeyScanError(
    "scanFrom",
    String(fromBlock),
    `is after the newest block, ${toBlock}`,
    "name a block before the ceremony took place",
  );
}

async function fetchKeyDeposits(
  { ssvNetwork, depositContract, withdrawalAddress }: KeyOwner,
  wanted: ReadonlySet<string>,
  scanned: ScannedBlocks,
  { network, until }: Pick<KeyScan, "network" | "until">,
): Promise<{ pubkey: Hex; deposit: KeyDeposit }[]> {
  const blocks = { ...scanned, depositCount: until?.depositCount };
  const found = await findDeposits(chainOf(ssvNetwork), depositContract, wanted, blocks);
  return found.map((data) => {
    const withdrawalCredentials = toHex(data.withdrawalCredentials);
    return {
      pubkey: toHex(data.pubkey),
      deposit: {
        index: data.index,
        withdrawalCredentials,
        isOurs: /^0x0[12]/.test(withdrawalCredentials) && paysTo(withdrawalCredentials, withdrawalAddress),
        amount: data.amount,
        isSignatureValid: isDepositSignatureValid(data, network),
      },
    };
  });
}

/** Whether credentials of type 0x01 or 0x02 are those of an account. */
function paysTo(credentials: Hex, account: string | undefined): boolean {
  return account !== undefined && credentials.slice(4) === `${"00".repeat(11)}${account.slice(2).toLowerCase()}`;
}

/** Nonces count the pool's activations, and say so which position an activated key had. */
function findActivated({ ownerNonce }: SSVRegistration, batches: readonly RegisteredBatch[]): PoolKey {
  const batch = batches.find(
    ({ firstNonce, activated }) => firstNonce <= ownerNonce && ownerNonce < firstNonce + BigInt(activated),
  );
  const position = batch === undefined ? undefined : Number(ownerNonce - batch.firstNonce);
  return { state: "activated", ownerNonce, batchId: batch?.batchId, position };
}

/** The keys that are not activated, of the batches whose content is wanted and can be read. */
async function readWaiting({ batches, readContent }: KeyScan) {
  const live = batches.filter(({ activated, count }) => activated < count);
  // A server that does not answer keeps nobody waiting for the others.
  const contents = await mapConcurrently(live, MAX_READS, async (batch) => {
    try {
      return { batch, ceremony: await readContent?.(batch) };
    } catch (error) {
      if (!(error instanceof FieldError)) throw error;
      return { batch, reason: error.message };
    }
  });
  const waiting = new Map<string, PoolKey[]>();
  const unread: { batchId: bigint; reason: string }[] = [];
  for (const { batch, ceremony, reason } of contents) {
    if (reason !== undefined) unread.push({ batchId: batch.batchId, reason });
    ceremony?.keys.forEach(({ pubkey, ownerNonce }, position) => {
      if (position < batch.activated) return;
      const key = { state: batch.state, ownerNonce, batchId: batch.batchId, position };
      waiting.set(pubkey, [...(waiting.get(pubkey) ?? []), key]);
    });
  }
  return { waiting, unread };
}
