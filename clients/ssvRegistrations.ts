import { getAddress, zeroPadValue, type Log } from "ethers";

import { isKeyshareSigned } from "../src/ssv/keyshareVerification.ts";
import { MAX_OWNER_NONCE } from "../src/ssv/ownerNonce.ts";
import type { Hex } from "../src/units/hex.ts";
import type { ISSVNetwork } from "../typechain-types/index.ts";
import { chainOf } from "./committee.ts";
import { fetchLogs, scanLogs, type ScannedBlocks } from "./logs.ts";
import { firstBlockOfSSV } from "./networks.ts";

/** A validator key that somebody registered at ssv.network. */
export interface SSVRegistration {
  /** Lower case, 48 bytes. */
  readonly pubkey: Hex;
  readonly owner: string;
  readonly operatorIds: readonly bigint[];
  /** Registrations of the owner before it. */
  readonly ownerNonce: bigint;
  /** Whether the key itself signed for this owner and nonce; without that, nodes ignore the registration. */
  readonly isSigned: boolean;
  /** Whether the owner has removed it since. */
  readonly isRemoved: boolean;
  readonly blockNumber: number;
}

type Mutable<T> = { -readonly [K in keyof T]: T[K] };

/**
 * Registrations of some keys by anybody, in the order of each owner's.
 * @param blocks Where to look for owners; of an owner who is found, or is among `owners`, all registrations are read,
 *   because they number the next ones.
 */
export async function findRegistrations(
  ssvNetwork: ISSVNetwork,
  pubkeys: ReadonlySet<string>,
  blocks: ScannedBlocks,
  owners: readonly string[] = [],
): Promise<SSVRegistration[]> {
  const found = new Set(owners.map((owner) => getAddress(owner)));
  const address = await ssvNetwork.getAddress();
  const topics = ssvNetwork.interface.encodeFilterTopics("ValidatorAdded", []);
  for await (const logs of scanLogs(chainOf(ssvNetwork), { address, topics }, blocks))
    for (const log of logs) {
      const { owner, publicKey } = decode(ssvNetwork, log);
      if (pubkeys.has(publicKey)) found.add(owner);
    }
  const registrations: SSVRegistration[] = [];
  for (const owner of found)
    registrations.push(...(await findRegistrationsOf(ssvNetwork, pubkeys, owner, blocks.toBlock)));
  return registrations;
}

/** Registrations of some keys by one owner, in their order. */
export async function findRegistrationsOf(
  ssvNetwork: ISSVNetwork,
  pubkeys: ReadonlySet<string>,
  owner: string,
  toBlock: number,
): Promise<SSVRegistration[]> {
  const address = await ssvNetwork.getAddress();
  const { interface: abi } = ssvNetwork;
  const added = abi.getEvent("ValidatorAdded").topicHash;
  const topics = [[added, abi.getEvent("ValidatorRemoved").topicHash], zeroPadValue(owner, 32)];
  const logs = await fetchLogs(chainOf(ssvNetwork), { address, topics }, await firstBlockOfSSV(ssvNetwork), toBlock);
  const registrations: Mutable<SSVRegistration>[] = [];
  let count = 0n;
  for (const log of logs) {
    const isAdded = log.topics[0] === added;
    // Nodes count in 16 bits.
    const ownerNonce = count % (MAX_OWNER_NONCE + 1n);
    if (isAdded) count++;
    const { publicKey, operatorIds, shares } = decode(ssvNetwork, log);
    if (!pubkeys.has(publicKey)) continue;
    if (isAdded) {
      const isSigned = isKeyshareSigned({ publicKey, operatorIds, sharesData: shares, owner, ownerNonce });
      const { blockNumber } = log;
      registrations.push({
        pubkey: publicKey,
        owner,
        operatorIds,
        ownerNonce,
        isSigned,
        isRemoved: false,
        blockNumber,
      });
    } else {
      const removed = registrations.findLast(({ pubkey }) => pubkey === publicKey);
      if (removed !== undefined) removed.isRemoved = true;
    }
  }
  return registrations;
}

/** The event of a log, whichever of the two it is; a removal carries no shares. */
function decode({ interface: abi }: ISSVNetwork, log: Log) {
  const event = abi.parseLog(log);
  if (event === null) throw new Error(`ssv.network logged an event that it does not have: ${String(log.topics[0])}`);
  const { owner, publicKey, operatorIds, shares } = event.args.toObject() as {
    owner: string;
    publicKey: Hex;
    operatorIds: bigint[];
    shares?: Hex;
  };
  return { owner: getAddress(owner), publicKey, operatorIds: [...operatorIds], shares: shares ?? ("0x" as const) };
}
