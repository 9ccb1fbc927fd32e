import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";

import { ZeroAddress } from "ethers";
import type { HardhatRuntimeEnvironment } from "hardhat/types/hre";

import { BeaconNode } from "../../clients/beaconNode.ts";
import { exitRequestsOf, fetchRequestFee } from "../../clients/exitRequests.ts";
import { DevnetProcess } from "../../scripts/lifecycle/devnetProcess.ts";
import { activateKeys, registerKeys } from "../../scripts/lifecycle/keys.ts";
import { openKeys } from "../../src/ceremony/keyRange.ts";
import type { Hex } from "../../src/units/hex.ts";
import { openDevnetPool } from "./devnetPool.ts";
import { memoryOf, type ProcessMemory } from "./processMemory.ts";

/** What was measured of a devnet. */
export interface DevnetMeasurement {
  readonly slotsPerSecond: number;
  readonly depositToActive: number;
  readonly exitToPaid: number;
  /** By the names of the processes. */
  readonly memory: ReadonlyMap<string, ProcessMemory>;
}

/** Validators of the pool, whose operators sign. */
export const POOL_KEYS = 16;
const DEPOSIT_WEI = 600n * 10n ** 18n;
const FEE_MARGIN = 4n;
/** Most that is waited for a validator to get somewhere. */
const MAX_SLOTS = 1_024;

/**
 * Starts a devnet as users do, and measures it.
 * @param validators All of them; the pool's are among them.
 * @param slots How many are measured.
 */
export async function measureDevnet(
  hre: HardhatRuntimeEnvironment,
  validators: number,
  slots: number,
): Promise<DevnetMeasurement> {
  const folder = mkdtempSync(join(tmpdir(), "pooleth-benchmark-"));
  const devnet = await DevnetProcess.start(["--data", folder, "--foreign", String(validators - POOL_KEYS)]);
  try {
    const { suite, close } = await openDevnetPool(hre, devnet, folder);
    const beacon = new BeaconNode({ url: new URL(devnet.started.beaconUrl), field: "beacon node" });
    await (await suite.poolETH.deposit(suite.deployer.address, ZeroAddress, { value: DEPOSIT_WEI })).wait();
    const { id, ceremony } = await registerKeys({ suite }, POOL_KEYS);
    const pubkeys = ceremony.keys.map(({ pubkey }) => pubkey);
    const until = (status: string, keys: readonly Hex[]) => passUntil(devnet, beacon, status, keys);

    const depositToActive = await seconds(async () => {
      await activateKeys({ suite }, { id, ceremony }, 0, 1);
      await until("active_ongoing", pubkeys.slice(0, 1));
    });
    await activateKeys({ suite }, { id, ceremony }, 1, POOL_KEYS);
    await until("active_ongoing", pubkeys);
    const slotSeconds = await seconds(() => devnet.client.advance(slots));
    const exits = (await exitRequestsOf(suite)).connect(suite.operator);
    const exitToPaid = await seconds(async () => {
      const value = FEE_MARGIN * (await fetchRequestFee(suite));
      await (await exits.requestExits(openKeys(ceremony, id, 0, 1), { value })).wait();
      await until("withdrawal_done", pubkeys.slice(0, 1));
    });
    const { processes } = await devnet.client.status();
    const memory = new Map(processes.map(({ name, pid }) => [name, memoryOf(pid)]));
    await close();
    return { slotsPerSecond: slots / slotSeconds, depositToActive, exitToPaid, memory };
  } finally {
    await devnet.stop();
    rmSync(folder, { recursive: true, force: true });
  }
}

/** Lets epochs pass until all validators have a status. */
async function passUntil(devnet: DevnetProcess, beacon: BeaconNode, status: string, pubkeys: readonly Hex[]) {
  const { slotsPerEpoch } = await devnet.client.status();
  for (let slots = 0; slots < MAX_SLOTS; slots += slotsPerEpoch) {
    const found = await beacon.validators("head", pubkeys);
    if (pubkeys.every((pubkey) => found.get(pubkey)?.status === status)) return;
    await devnet.client.advance(slotsPerEpoch);
  }
  throw new Error(`${pubkeys.length} validators are not ${status} after ${MAX_SLOTS} slots`);
}

async function seconds(work: () => Promise<unknown>): Promise<number> {
  const began = performance.now();
  await work();
  return (performance.now() - began) / 1_000;
}
