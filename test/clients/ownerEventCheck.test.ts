import { existsSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";

import { expect } from "chai";
import type { Log, Provider } from "ethers";

import { fetchClusterSnapshot, fetchOwnerEvents, fetchOwnerState, NodeLogsError } from "../../clients/ownerEvents.ts";
import { newestSnapshot } from "../../src/ssv/ownerEvents.ts";
import type { ISSVNetwork } from "../../typechain-types/index.ts";
import { activate } from "../helpers/activation.ts";
import { throughProvider } from "../helpers/changedProvider.ts";
import { useSuite } from "../helpers/isolation.ts";
import { deployFunded, newBatch } from "../helpers/registry.ts";
import { OPERATOR_IDS } from "../helpers/ssv.ts";

const ETHER = 10n ** 18n;
const KEY = `0x${"ab".repeat(48)}`;

describe("fetchOwnerEvents from a node whose logs are not those of its state", () => {
  const suite = useSuite(async () => {
    const funded = await deployFunded(100n);
    const { ceremony, batchId } = await newBatch(funded, 3);
    await activate(funded, ceremony, batchId, 0, 2);
    const service = funded.staker;
    const newCluster = { validatorCount: 0, networkFeeIndex: 0, index: 0, active: true, balance: 0 };
    await funded.ssvNetwork.connect(service).registerValidator(KEY, OPERATOR_IDS, "0x", newCluster, { value: ETHER });
    const registered = await funded.chain.ethers.provider.getBlockNumber();
    const cluster = await fetchClusterSnapshot(funded.ssvNetwork, service.address, OPERATOR_IDS);
    await funded.ssvNetwork.connect(service).deposit(service, OPERATOR_IDS, cluster, { value: 5n });
    return { ...funded, service: service.address, registered };
  });
  let cacheFolder: string;

  beforeEach(() => {
    cacheFolder = join(mkdtempSync(join(tmpdir(), "owner-events-")), "ssv");
  });

  afterEach(() => {
    rmSync(join(cacheFolder, ".."), { recursive: true });
  });

  const provider = (): Provider => suite().chain.ethers.provider;
  const file = (): string => join(cacheFolder, readdirSync(cacheFolder)[0] ?? "");
  const head = () => provider().getBlockNumber();

  /** Ssv.network at a node that leaves logs out of some of its answers. */
  function forgetful(keeps: (log: Log) => boolean, answers = Infinity): ISSVNetwork {
    let left = answers;
    return throughProvider(suite().ssvNetwork, {
      async getLogs(filter) {
        const logs = await provider().getLogs(filter);
        return left-- > 0 ? logs.filter(keeps) : logs;
      },
    });
  }

  /** What reading is refused with. */
  async function refusalOf(reading: Promise<unknown>): Promise<string> {
    const error: unknown = await reading.catch((thrown: unknown) => thrown);
    expect(error).to.be.instanceOf(NodeLogsError);
    return (error as Error).message;
  }

  it("H16 keeps nothing of an account without events, and finds them the next time", async () => {
    const { service, ssvNetwork } = suite();
    const source = { cacheFolder };
    expect(
      await fetchOwnerEvents(
        forgetful(() => false),
        service,
        source,
      ),
    ).to.deep.equal([]);
    expect(existsSync(cacheFolder)).to.equal(false);
    expect(await fetchOwnerEvents(ssvNetwork, service, source)).to.have.lengthOf(2);
  });

  it("H16 asks once more where the newest logs were missing", async () => {
    const { service, registered } = suite();
    const once = forgetful(({ blockNumber }) => blockNumber <= registered, 1);
    const events = await fetchOwnerEvents(once, service, { cacheFolder });
    expect(events.map(({ name }) => name)).to.deep.equal(["ValidatorAdded", "ClusterDeposited"]);
    const kept = JSON.parse(readFileSync(file(), "utf8")) as { events: unknown[] };
    expect(kept.events).to.have.lengthOf(2);
  });

  it("H16 refuses a cluster's old snapshot, and keeps nothing", async () => {
    const { service, registered } = suite();
    const late = forgetful(({ blockNumber }) => blockNumber <= registered);
    expect(await refusalOf(fetchOwnerEvents(late, service, { cacheFolder }))).to.contain(
      `the node's logs of ${service} do not fit its state in block ${await head()} (got an old snapshot of cluster 1,2,3,4): ask another node, or this one again when it has all logs`,
    );
    expect(existsSync(cacheFolder)).to.equal(false);
  });

  it("H16 misses registrations by the number of a cluster's validators", async () => {
    const { service, registered } = suite();
    const refusal = await refusalOf(
      fetchOwnerEvents(
        forgetful(({ blockNumber }) => blockNumber > registered),
        service,
      ),
    );
    expect(refusal).to.contain("(got 0 validators of 1 in cluster 1,2,3,4)");
  });

  it("H16 drops a file that the state contradicts", async () => {
    const { service, ssvNetwork } = suite();
    const events = await fetchOwnerEvents(ssvNetwork, service, { cacheFolder });
    const whole = readFileSync(file(), "utf8");
    const kept = JSON.parse(whole) as { events: unknown[] };
    writeFileSync(file(), JSON.stringify({ ...kept, events: kept.events.slice(0, 1) }));

    expect(await fetchOwnerEvents(ssvNetwork, service, { cacheFolder })).to.deep.equal(events);
    expect(readFileSync(file(), "utf8")).to.equal(whole);
  });

  it("H16 takes no cluster for a new one that ssv.network knows", async () => {
    const { service } = suite();
    const hidden = forgetful(() => false);
    const refusal = await refusalOf(fetchClusterSnapshot(hidden, service, OPERATOR_IDS));
    expect(refusal).to.contain("(got an old snapshot of cluster 1,2,3,4)");
    const snapshot = await fetchClusterSnapshot(
      forgetful(() => false, 1),
      service,
      OPERATOR_IDS,
    );
    expect(snapshot).to.include({ validatorCount: 1n });
  });

  it("H16 counts a pool's registrations", async () => {
    const { clusterManager, ssvNetwork } = suite();
    const owner = await clusterManager.getAddress();
    const hidden = forgetful(() => false);
    const refusal = await refusalOf(fetchOwnerState(hidden, owner, { cacheFolder }));
    expect(refusal).to.contain("(got 0 registrations instead of 2)");
    const state = await fetchOwnerState(
      forgetful(() => false, 1),
      owner,
      { cacheFolder },
    );
    expect(state.ownerNonce).to.equal(2n);
    expect(newestSnapshot(state, OPERATOR_IDS).validatorCount).to.equal(2n);
    expect(await fetchOwnerState(ssvNetwork, owner, { cacheFolder })).to.deep.equal(state);
  });
});
