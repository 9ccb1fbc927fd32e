import type { HardhatEthersSigner } from "@nomicfoundation/hardhat-ethers/types";
import type { NetworkConnection } from "hardhat/types/network";

import { fetchSlotClock } from "../../clients/report.ts";
import { deployLocal, type LocalSuite } from "../../deploy/local.ts";
import type { Ceremony } from "../../src/ceremony/ceremony.ts";
import type { SlotClock } from "../../src/oracle/frames.ts";
import { NEW_CLUSTER, type ClusterSnapshot } from "../../src/ssv/cluster.ts";
import { BeaconModel } from "./beaconModel.ts";
import { ChainClock } from "./chainClock.ts";
import { GasLedger } from "./gasLedger.ts";
import type { Narrator } from "./narrator.ts";

/** What the chain of the demonstration needs: more accounts than Hardhat's twenty, and a calendar of its own. */
export const DEMO_CHAIN = { accounts: { count: 30 }, initialDate: "2026-01-01T00:00:00Z" };

/** Accounts that play stakers and searchers; `deploy/local.ts` uses those below 20. */
const FIRST_STAKER = 20;
const SEARCHER = 29;

/** A staker by name. */
export interface Staker {
  readonly name: string;
  readonly signer: HardhatEthersSigner;
}

/** A registered ceremony. */
export interface Batch {
  readonly id: bigint;
  readonly ceremony: Ceremony;
}

/** A request that was claimed, and what its receiver got, wei. */
export interface Claim {
  readonly name: string;
  readonly id: bigint;
  readonly received: bigint;
}

/** A pool on its chain, whatever that is, and the books that are kept of it. */
export interface Books {
  readonly connection: NetworkConnection<string>;
  readonly suite: LocalSuite;
  /** Asked for the next slot before each transaction. */
  readonly chain: Pick<ChainClock, "nextSlot">;
  readonly gas: GasLedger;
  /** Newest snapshot of the pool's cluster. */
  cluster: ClusterSnapshot;
  /** Ether ever paid into the cluster, wei. */
  paidToSSVWei: bigint;
  /** Requests that were claimed. */
  readonly claims: Claim[];
}

/** Everything the stages share: the books of the pool, and the model of the beacon chain beside it. */
export interface World extends Books {
  readonly connection: NetworkConnection;
  readonly slots: SlotClock;
  readonly chain: ChainClock;
  readonly model: BeaconModel;
  readonly narrator: Narrator;
  readonly stakers: Staker[];
  /** Pays tips to the rewards vault. */
  readonly searcher: HardhatEthersSigner;
  readonly batches: Batch[];
  /** Ether that stakers ever deposited, the initial ether included, wei. */
  depositedWei: bigint;
  /** Ether that stakers were paid at once, wei. */
  redeemedWei: bigint;
  /** Share rates from the beginning of the run on: before it, and after each report. */
  readonly ratesOfRun: bigint[];
}

/** Ether that backs the shares locked at deployment, wei. */
export const INITIAL_ETHER = 1_000_000_000n;

/** Deploys a pool on a fresh chain, with nobody in it. */
export async function createWorld(connection: NetworkConnection, narrator: Narrator): Promise<World> {
  const suite = await deployLocal(connection);
  const slots = await fetchSlotClock(suite.accounting);
  const accounts = await connection.ethers.getSigners();
  const searcher = accounts[SEARCHER];
  if (searcher === undefined) throw new Error("the chain needs 30 accounts: create it with DEMO_CHAIN");
  const names = ["Ada", "Ben", "Cleo", "Dan", "Eve", "Finn"];
  return {
    connection,
    suite,
    slots,
    chain: await ChainClock.at(connection, slots),
    model: new BeaconModel(),
    gas: new GasLedger(),
    narrator,
    stakers: accounts.slice(FIRST_STAKER, FIRST_STAKER + names.length).map((signer, i) => ({
      name: names[i] ?? signer.address,
      signer,
    })),
    searcher,
    batches: [],
    cluster: NEW_CLUSTER,
    depositedWei: INITIAL_ETHER,
    paidToSSVWei: 0n,
    redeemedWei: 0n,
    claims: [],
    ratesOfRun: [],
  };
}

/** Ids of the four operators, ascending. */
export function operatorIds({ suite }: Pick<Books, "suite">): bigint[] {
  return suite.operators.map(({ id }) => id);
}
