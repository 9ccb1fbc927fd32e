import { dataLength, dataSlice } from "ethers";

import { fetchSlotClock } from "../../clients/report.ts";
import { endBlock } from "../../clients/systemContracts.ts";
import { SYSTEM_ADDRESS, WITHDRAWAL_REQUESTS } from "../../src/consensus/systemContracts.ts";
import { slotAt } from "../../src/oracle/frames.ts";
import { now } from "./accounts.ts";
import type { TestSuite } from "./suite.ts";

/** What the consensus layer makes of a request; it drops all but those that it calls exiting, and tells nobody. */
export type RequestFate = "exiting" | "unknown" | "other credentials" | "too young" | "exiting already";

const SLOTS_PER_EPOCH = 32n;
/** `SHARD_COMMITTEE_PERIOD`: epochs for which a validator must have been active. */
const LEAST_EPOCHS = 256n;
/** Source, public key, amount. */
const REQUEST_LENGTH = 20 + 48 + 8;

/** The validators of a pool as the consensus layer sees them, which takes requests of full exits out of the predeploy. */
export class ConsensusExits {
  readonly #suite: TestSuite;
  /** Epochs of activation. */
  readonly #activated = new Map<string, bigint>();
  readonly #exiting = new Set<string>();

  constructor(suite: TestSuite) {
    this.#suite = suite;
  }

  /** How many validators exit. */
  get exitingKeys(): bigint {
    return BigInt(this.#exiting.size);
  }

  /** Activates validators with the pool's credentials, some epochs ago. */
  async activate(pubkeys: readonly string[], epochsAgo: bigint): Promise<void> {
    const epoch = await this.#epoch();
    for (const pubkey of pubkeys) this.#activated.set(pubkey, epoch - epochsAgo);
  }

  /** Ends a block: the predeploy hands on the requests that wait, 16 at the most. */
  async endBlock(): Promise<[pubkey: string, fate: RequestFate][]> {
    const { provider } = this.#suite.chain;
    // What its system call returns, which then changes the queue.
    const call = { from: SYSTEM_ADDRESS, to: WITHDRAWAL_REQUESTS, data: "0x" };
    const requests = (await provider.request({ method: "eth_call", params: [call, "latest"] })) as string;
    await endBlock(provider);
    const vault = (await this.#suite.withdrawalVault.getAddress()).toLowerCase();
    const epoch = await this.#epoch();
    return Array.from({ length: dataLength(requests) / REQUEST_LENGTH }, (_, i) => {
      const request = dataSlice(requests, i * REQUEST_LENGTH, (i + 1) * REQUEST_LENGTH);
      if (dataSlice(request, 68) !== `0x${"00".repeat(8)}`) throw new Error("a request is no full exit");
      const pubkey = dataSlice(request, 20, 68);
      return [pubkey, this.#decide(pubkey, dataSlice(request, 0, 20) === vault, epoch)];
    });
  }

  #decide(pubkey: string, isOwner: boolean, epoch: bigint): RequestFate {
    const activated = this.#activated.get(pubkey);
    if (activated === undefined) return "unknown";
    if (!isOwner) return "other credentials";
    if (this.#exiting.has(pubkey)) return "exiting already";
    if (epoch < activated + LEAST_EPOCHS) return "too young";
    this.#exiting.add(pubkey);
    return "exiting";
  }

  async #epoch(): Promise<bigint> {
    return slotAt(await fetchSlotClock(this.#suite.accounting), await now(this.#suite)) / SLOTS_PER_EPOCH;
  }
}
