import { mkdirSync, mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";

import { storeContent } from "../../../clients/batchContent.ts";
import { batchFiles } from "../../../clients/ceremonyFolder.ts";
import { contentPlace } from "../../../clients/contentPlaces.ts";
import { developmentAccounts } from "../../../devnet/execution/accounts.ts";
import { generateKeys, registerBatch, type RegisteredBatch } from "../../../scripts/lifecycle/keys.ts";
import { memberKeys } from "../../../scripts/lifecycle/memberKeys.ts";
import { ceremonyTree } from "../../../src/ceremony/tree.ts";
import { LOCAL } from "../../../src/consensus/network.ts";
import type { Hex } from "../../../src/units/hex.ts";
import { freePort } from "../../helpers/executionChain.ts";
import { CutProxy } from "./cutProxy.ts";
import { DaemonProcess, KEY_VARIABLE } from "./daemonProcess.ts";
import type { TestPool } from "./livePool.ts";
import { LyingProxy } from "./lyingProxy.ts";

/** Number of the development account that the keeper sends from. */
const KEEPER = 21;
const POLL_SECONDS = 1;
/** A transaction takes up to two slots. */
const TURN_SLOTS = 2;
const APPROVAL_BLOCKS = 4;

/** A member as a process, behind proxies of its own. */
export interface Member {
  readonly process: DaemonProcess;
  readonly execution: CutProxy;
  readonly beacon: CutProxy;
  readonly privateKey: string;
  /** Where it serves what it signed. */
  readonly exchangeUrl: string;
  /** Through which the others see that. */
  readonly exchange: CutProxy;
}

/** Daemons that run the pool of a devnet. */
export class DaemonPool {
  readonly pool: TestPool;
  /** In the order of the committee. */
  readonly members: readonly Member[];
  /** A beacon node that all members ask beside another two. */
  readonly shared: LyingProxy;
  readonly keeper: DaemonProcess;
  readonly #folder: string;

  private constructor(folder: string, parts: Pick<DaemonPool, "pool" | "members" | "shared" | "keeper">) {
    this.#folder = folder;
    this.pool = parts.pool;
    this.members = parts.members;
    this.shared = parts.shared;
    this.keeper = parts.keeper;
  }

  /** Starts five members and a keeper, and waits until all have got through a round. */
  static async start(pool: TestPool): Promise<DaemonPool> {
    const folder = mkdtempSync(join(tmpdir(), "pooleth-daemons-"));
    const { rpcUrl, beaconUrl } = pool.live.devnet;
    const keys = memberKeys();
    const ports = await Promise.all(keys.map(() => freePort()));
    const places = await Promise.all(
      ports.map(async (port) => ({
        port,
        execution: await CutProxy.start(rpcUrl),
        beacon: await CutProxy.start(beaconUrl),
        exchange: await CutProxy.start(`http://127.0.0.1:${port}`),
      })),
    );
    const shared = await LyingProxy.start(beaconUrl);
    const common = {
      pool: await pool.live.suite.poolETH.getAddress(),
      startBlock: 0,
      preset: "minimal",
      signer: { env: KEY_VARIABLE },
      data: "data",
      pollSeconds: POLL_SECONDS,
    };
    const secondsPerSlot = Number(pool.live.clock.secondsPerSlot);
    const members = await Promise.all(
      places.map(async ({ port, execution, beacon, exchange }, i): Promise<Member> => {
        const name = `member ${i + 1}`;
        const config = {
          ...common,
          execution: [execution.url],
          beacon: [beacon.url, shared.url, beaconUrl],
          monitoringPort: await freePort(),
          exchangePort: port,
          peers: places.flatMap((place, j) => (i === j ? [] : [place.exchange.url])),
          report: { turnSeconds: TURN_SLOTS * secondsPerSlot },
          approvals: { everyBlocks: APPROVAL_BLOCKS },
        };
        const home = join(folder, `member-${i + 1}`);
        const privateKey = keys[i] ?? "";
        const process = new DaemonProcess({ kind: "oracle", name, folder: home, config, privateKey });
        return { process, privateKey, execution, beacon, exchange, exchangeUrl: `http://127.0.0.1:${port}` };
      }),
    );
    const keeper = new DaemonProcess({
      ...{ kind: "keeper", name: "keeper", folder: join(folder, "keeper"), privateKey: accountKey(KEEPER) },
      config: {
        ...common,
        execution: [rpcUrl],
        beacon: [beaconUrl],
        monitoringPort: await freePort(),
        members: places.map(({ exchange }) => exchange.url),
        actions: { submitReport: { afterSeconds: 10 * secondsPerSlot } },
      },
    });
    const started = new DaemonPool(folder, { pool, members, shared, keeper });
    for (const daemon of started.processes) daemon.start();
    await Promise.all(started.processes.map((daemon) => daemon.untilReady()));
    return started;
  }

  /** All of them. */
  get processes(): readonly DaemonProcess[] {
    return [...this.members.map(({ process }) => process), this.keeper];
  }

  /** Registers keys whose files lie where all can read them, and has time pass until the pool knows. */
  async register(count: number): Promise<RegisteredBatch> {
    const { live } = this.pool;
    const { ceremony, files } = await generateKeys(live, count);
    const root = ceremonyTree(ceremony.keys).root as Hex;
    const folder = join(this.#folder, "content");
    mkdirSync(folder, { recursive: true });
    const place = contentPlace(folder, "content");
    await storeContent(place, batchFiles(files), { root, count, operatorIds: [...ceremony.operatorIds] }, LOCAL);
    return registerBatch(live, ceremony, place.below(root).uri);
  }

  /** Ends all of them; nothing of them is kept. */
  async stop(): Promise<void> {
    await Promise.all(this.processes.map((daemon) => daemon.stop()));
    const proxies = this.members.flatMap(({ execution, beacon, exchange }) => [execution, beacon, exchange]);
    await Promise.all([...proxies, this.shared].map((proxy) => proxy.stop()));
    rmSync(this.#folder, { recursive: true, force: true });
  }
}

function accountKey(number: number): string {
  return developmentAccounts()[number]?.privateKey ?? "";
}
