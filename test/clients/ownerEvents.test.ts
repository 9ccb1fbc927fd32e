import { existsSync, mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";

import { expect } from "chai";
import { AbiCoder, id, Log, zeroPadValue, type Provider } from "ethers";
import hre from "hardhat";
import type { NetworkConnection } from "hardhat/types/network";

import { fetchOwnerEvents, fetchOwnerState } from "../../clients/ownerEvents.ts";
import { newestSnapshot } from "../../src/ssv/ownerEvents.ts";
import type { ISSVNetwork } from "../../typechain-types/index.ts";
import { throughProvider } from "../helpers/changedProvider.ts";
import { deploySSV, EMPTY_CLUSTER, OPERATOR_IDS, publicKeys, register, type SSV } from "../helpers/ssv.ts";

const ETHER = 10n ** 18n;
const KEYS = publicKeys(3);

describe("fetchOwnerEvents", () => {
  let chain: NetworkConnection;
  let ssv: SSV;
  let owner: string;
  let cacheFolder: string;

  beforeEach(async () => {
    chain = await hre.network.create();
    ssv = await deploySSV(chain);
    owner = ssv.owner.address;
    cacheFolder = join(mkdtempSync(join(tmpdir(), "owner-events-")), "ssv");
    await register(ssv, EMPTY_CLUSTER, KEYS, ETHER);
  });

  afterEach(async () => {
    rmSync(join(cacheFolder, ".."), { recursive: true });
    await chain.close();
  });

  /** Deposits into the newest cluster, from whoever. */
  async function deposit(value: bigint): Promise<void> {
    const cluster = newestSnapshot(await fetchOwnerState(ssv.network, owner), OPERATOR_IDS);
    await ssv.network.connect(ssv.stranger).deposit(owner, OPERATOR_IDS, cluster, { value });
  }

  const balance = async (): Promise<bigint> =>
    newestSnapshot(await fetchOwnerState(ssv.network, owner, { cacheFolder }), OPERATOR_IDS).balance;

  const file = (): string => join(cacheFolder, readdirSync(cacheFolder)[0] ?? "");

  const through = (changed: Partial<Provider>): ISSVNetwork => throughProvider(ssv.network, changed);

  /** Ssv.network through a provider that remembers which ranges of logs were asked for. */
  function watched() {
    const ranges: (readonly [from: number, to: number])[] = [];
    const network = through({
      getLogs: (filter) => {
        const { fromBlock, toBlock } = filter as { fromBlock: number; toBlock: number };
        ranges.push([fromBlock, toBlock]);
        return ssv.ethers.provider.getLogs(filter);
      },
    });
    return { ranges, network };
  }

  it("reads clusters, validators, exits, removals and the recipient of an owner, and nobody else's", async () => {
    const network = ssv.network.connect(ssv.owner);
    await network.exitValidator(KEYS[0] ?? "", OPERATOR_IDS);
    const cluster = newestSnapshot(await fetchOwnerState(ssv.network, owner), OPERATOR_IDS);
    await network.removeValidator(KEYS[1] ?? "", OPERATOR_IDS, cluster);
    await network.setFeeRecipientAddress(ssv.stranger.address);
    await ssv.network
      .connect(ssv.stranger)
      .registerValidator(KEYS[0] ?? "", OPERATOR_IDS, "0x", EMPTY_CLUSTER, { value: ETHER });

    const state = await fetchOwnerState(ssv.network, owner);

    expect([...state.validators.values()].map((validator) => validator.state)).to.deep.equal([
      ...["exit requested", "removed", "registered"],
    ]);
    expect([...state.validators.keys()]).to.deep.equal(KEYS);
    expect(state.ownerNonce).to.equal(3n);
    expect(state.feeRecipient).to.equal(ssv.stranger.address);
    const snapshot = newestSnapshot(state, OPERATOR_IDS);
    expect(snapshot.validatorCount).to.equal(2n);
    // ssv.network knows no more than its hash, and refuses any other.
    expect(await ssv.views.isLiquidated(owner, OPERATOR_IDS, snapshot)).to.equal(false);
  });

  it("H16: takes the snapshot of a cluster that was migrated from tokens to ether", async () => {
    const tuple = "tuple(uint32,uint64,uint64,bool,uint256)";
    const types = ["uint64[]", "uint256", "uint256", "uint32", tuple];
    const values = [OPERATOR_IDS, ETHER, 5n, 96n, [3n, 7n, 8n, true, ETHER]];
    const signature = `ClusterMigratedToETH(address,uint64[],uint256,uint256,uint32,${tuple.replace("tuple", "")})`;
    const { provider } = ssv.ethers;
    const migrated = through({
      // ssv.network has the hash of another snapshot.
      call: () => Promise.resolve(zeroPadValue("0x00", 32)),
      async getLogs(filter) {
        const logs = await provider.getLogs(filter);
        const [last] = logs.slice(-1);
        if (last === undefined) throw new Error("there is no log to go on from");
        const topics = [id(signature), zeroPadValue(owner, 32)];
        const data = AbiCoder.defaultAbiCoder().encode(types, values);
        return [...logs, new Log({ ...last.toJSON(), ...{ topics, data, index: last.index + 1 } } as Log, provider)];
      },
    });

    const events = await fetchOwnerEvents(migrated, owner);

    expect(events.at(-1)).to.deep.include({
      name: "ClusterMigratedToETH",
      operatorIds: OPERATOR_IDS,
      cluster: { validatorCount: 3n, networkFeeIndex: 7n, index: 8n, active: true, balance: ETHER },
      effectiveBalanceEther: 96n,
    });
  });

  it("asks for later blocks only, and says the same as without a cache", async () => {
    await fetchOwnerEvents(ssv.network, owner, { cacheFolder });
    const kept = await ssv.ethers.provider.getBlockNumber();
    await deposit(5n);

    const { ranges, network } = watched();
    const events = await fetchOwnerEvents(network, owner, { cacheFolder });

    expect(ranges).to.deep.equal([[kept + 1, kept + 1]]);
    expect(events).to.deep.equal(await fetchOwnerEvents(ssv.network, owner));
    const again = watched();
    expect(await fetchOwnerEvents(again.network, owner, { cacheFolder })).to.deep.equal(events);
    expect(again.ranges).to.deep.equal([]);
  });

  it("H16: forgets what a branch said that was given up", async () => {
    const before = await balance();
    const snapshot = await chain.networkHelpers.takeSnapshot();
    await deposit(5n);
    expect(await balance()).to.equal(before + 5n);
    await snapshot.restore();
    await deposit(7n);
    expect(await balance()).to.equal(before + 7n);
  });

  it("forgets what it kept of blocks that are no more", async () => {
    const before = await balance();
    const snapshot = await chain.networkHelpers.takeSnapshot();
    await deposit(5n);
    expect(await balance()).to.equal(before + 5n);
    await snapshot.restore();
    expect(await balance()).to.equal(before);
  });

  it("keeps what is final, and no more", async () => {
    const final = await ssv.ethers.provider.getBlockNumber();
    await deposit(5n);
    const { provider } = ssv.ethers;
    const behind = through({ getBlock: (tag) => provider.getBlock(tag === "finalized" ? final : tag) });
    const events = await fetchOwnerEvents(behind, owner, { cacheFolder });

    expect(events.at(-1)?.name).to.equal("ClusterDeposited");
    const kept = JSON.parse(readFileSync(file(), "utf8")) as { toBlock: number; events: { name: string }[] };
    expect(kept.toBlock).to.equal(final);
    expect(kept.events.map(({ name }) => name)).to.deep.equal(KEYS.map(() => "ValidatorAdded"));
  });

  it("reads everything again where the file says nothing, or something else", async () => {
    const events = await fetchOwnerEvents(ssv.network, owner, { cacheFolder });
    const whole = readFileSync(file(), "utf8");
    for (const text of ["", "{}", whole.slice(0, -9), whole.replace('"version":3', '"version":2')]) {
      writeFileSync(file(), text);
      expect(await fetchOwnerEvents(ssv.network, owner, { cacheFolder })).to.deep.equal(events);
      expect(readFileSync(file(), "utf8")).to.equal(whole);
    }
  });

  it("goes on without a cache where none can be written", async () => {
    mkdirSync(join(cacheFolder, ".."), { recursive: true });
    writeFileSync(cacheFolder, "");
    expect(await fetchOwnerEvents(ssv.network, owner, { cacheFolder })).to.have.lengthOf(KEYS.length);
    expect(readFileSync(cacheFolder, "utf8")).to.equal("");
  });

  it("keeps owners apart, and leaves no unfinished file", async () => {
    await fetchOwnerEvents(ssv.network, owner, { cacheFolder });
    await ssv.network
      .connect(ssv.stranger)
      .registerValidator(KEYS[0] ?? "", OPERATOR_IDS, "0x", EMPTY_CLUSTER, { value: ETHER });
    await fetchOwnerEvents(ssv.network, ssv.stranger.address, { cacheFolder });
    const names = readdirSync(cacheFolder);
    expect(names).to.have.lengthOf(2);
    for (const name of names) expect(name).to.match(/^31337-0x[0-9a-f]{40}-0x[0-9a-f]{40}\.json$/);
    expect(existsSync(cacheFolder)).to.equal(true);
  });
});
