import { expect } from "chai";
import { toBeHex } from "ethers";

import { fetchClusterSnapshot, fetchOwnerState } from "../../clients/ownerEvents.ts";
import { ClusterManager__factory, PoolManager__factory } from "../../typechain-types/index.ts";
import {
  replayed,
  replayedFinality,
  replayedGenesis,
  replayedLiveness,
  replayedSpec,
  replayedValidators,
} from "../helpers/beaconAnswers.ts";
import { startBeaconServer, type BeaconServer } from "../helpers/beaconServer.ts";
import { useKeyCeremony } from "../helpers/keyCeremony.ts";
import { makeNewShares } from "../helpers/newShares.ts";

const WAIT = 256;
const [FORMER, NEW] = ["1,2,3,4", "1,2,3,5"];
/** Seconds. */
const [SLOT, EPOCH] = [12, 32 * 12];
const EARLIEST = "at the earliest";

/** What the task tells. */
interface Update {
  readonly keys: number;
  readonly transactions: readonly Record<string, unknown>[];
  readonly registrableFromBlock: number | null;
}

describe("validators update-operators, for a pool", () => {
  // Operators 5 to 8.
  const ceremony = useKeyCeremony(4);
  let server: BeaconServer;

  before(async () => {
    server = await startBeaconServer();
  });
  beforeEach(async () => {
    const { generate, split, json } = ceremony();
    await generate();
    await split({ operators: FORMER });
    await json("pool deposit", { amount: "64", yes: true });
    await json("validators register", { yes: true });
    await json("validators activate", { count: "2", yes: true });
    server.reset();
  });
  after(() => server.stop());

  const manager = () => ClusterManager__factory.connect(ceremony().owner, ceremony().chain);
  const shares = (operators: string) =>
    makeNewShares(ceremony(), ceremony().owner, { operators, firstNonce: "2", count: "2" });
  const run = (dir: string, args: Record<string, unknown> = {}) =>
    ceremony().run("validators update-operators", { dir, yes: true, json: true, ...args });
  const update = async (dir: string, args: Record<string, unknown> = {}) => {
    const { success, stdout, stderr } = await run(dir, args);
    expect(success, stderr).to.equal(true);
    return { ...(JSON.parse(stdout) as Update), stderr };
  };
  const mine = async (blocks: number): Promise<void> => {
    await ceremony().chain.send("hardhat_mine", [toBeHex(blocks), toBeHex(SLOT)]);
  };
  const validators = async () =>
    [...(await fetchOwnerState(ceremony().network, ceremony().owner)).validators.values()].map(
      ({ operatorIds, state, ownerNonce }) => `${operatorIds.join()} ${state} ${ownerNonce}`,
    );
  const steps = ({ transactions }: Update) => transactions.map(({ step, keys, state }) => [step, keys, state]);

  it("has the administrator allow the removal, the operator remove and later register, from the reserve", async () => {
    const { chain, owner, network } = ceremony();
    const dir = await shares(NEW);
    const dry = await update(dir, { dryRun: true });
    expect(steps(dry)).to.deep.equal([
      ["allow", 2, "planned"],
      ["remove", 2, "planned"],
    ]);
    const removed = await update(dir);
    expect(steps(removed)).to.deep.equal([
      ["allow", 2, "done"],
      ["remove", 2, "done"],
    ]);
    const removedIn = await chain.getBlockNumber();
    expect(removed.registrableFromBlock).to.equal(removedIn + WAIT);
    expect(removed.stderr).to.contain(
      "warning: 1 keys wait in the pool's registry for these nonces: drop them with `validators discard` first\n",
    );
    const early = await run(dir);
    expect(early).to.include({ success: false, stdout: "" });
    expect(early.stderr).to.contain(`may not be replaced before block ${removedIn + WAIT} (got block ${removedIn})`);

    await mine(WAIT - 1);
    const reserve = await manager().reserve();
    const registered = await update(dir);
    const [{ valueWei, ...row } = {}] = registered.transactions;
    expect(row).to.deep.include({ step: "register", operators: ["1", "2", "3", "5"], keys: 2, firstNonce: "2" });
    const cluster = await fetchClusterSnapshot(network, owner, [1n, 2n, 3n, 5n]);
    expect(cluster.validatorCount).to.equal(2n);
    expect(`${cluster.balance}`).to.equal(valueWei);
    expect(reserve - (await manager().reserve())).to.equal(cluster.balance);
    expect(await validators()).to.deep.equal([`${NEW} registered 2`, `${NEW} registered 3`]);
    expect(registered.stderr).to.contain("warning: only blocks were counted");
    expect(await update(dir)).to.deep.include({ keys: 0, transactions: [] });
  });

  it("goes on with what was allowed and removed one by one", async () => {
    const dir = await shares(NEW);
    const keys = [...(await fetchOwnerState(ceremony().network, ceremony().owner)).validators.keys()];
    const one = { keys: keys[1], unexited: true, yes: true };
    await ceremony().json("validators remove", one);
    await ceremony().json("validators remove", one);
    expect(steps(await update(dir))).to.deep.equal([
      ["allow", 1, "done"],
      ["remove", 1, "done"],
    ]);
    await mine(WAIT - 1);
    expect(steps(await update(dir))).to.deep.equal([["register", 2, "done"]]);
  });

  it("H12 refuses to leave out too many, and days, and keys that were removed as gone", async () => {
    const refused = await run(await shares("1,2,5,6"));
    expect(refused.stderr).to.match(/^error: operators leave out 3, 4 of 1, 2, 3, 4, who keep their shares /);
    const dir = await shares(NEW);
    const days = await run(dir, { days: "30" });
    expect(days.stderr).to.equal(
      "error: days is for an account of its own (got 30): leave it out: a pool's runway is set\n",
    );
    const keys = [...(await fetchOwnerState(ceremony().network, ceremony().owner)).validators.keys()];
    await ceremony().json("validators exit", { keys: keys[0], yes: true });
    await ceremony().json("validators remove", { keys: keys[0], yes: true });
    const gone = await run(dir);
    expect(gone.stderr).to.equal(
      `error: dir holds a key that was removed as gone, so that it is never registered again (got ${keys[0] ?? ""}): exit its validator through its withdrawal address, if it is not gone, and leave the key out\n`,
    );
    expect(await validators()).to.deep.equal([`${FORMER} removed 0`, `${FORMER} registered 1`]);
  });

  it("refuses before anything is removed if the reserve does not suffice", async () => {
    const { chain, owner } = ceremony();
    await chain.send("hardhat_setBalance", [owner, "0x1"]);
    const { stderr } = await run(await shares(NEW));
    expect(stderr).to.match(
      /^error: operating reserve is less than the 0\.\d+ ETH that the new clusters need \(got 0\.000000000000000001 ETH\): pay into/,
    );
    expect(await validators()).to.deep.equal([`${FORMER} registered 0`, `${FORMER} registered 1`]);
  });

  it("H13 registers only when a beacon node shows two final epochs without duties", async () => {
    const { chain } = ceremony();
    const dir = await shares(NEW);
    await update(dir);
    const { timestamp: removedAt = 0 } = (await chain.getBlock("latest")) ?? {};
    await mine(WAIT - 1);
    // The removal is in the last slot of epoch 9, so that it is final when epoch 10 is.
    const genesis = removedAt - 10 * EPOCH + SLOT;
    server.answers.set(
      "/config/spec",
      replayedSpec({ SECONDS_PER_SLOT: `${SLOT}`, SLOTS_PER_EPOCH: `${EPOCH / SLOT}` }),
    );
    server.answers.set("/genesis", replayedGenesis(genesis));
    const keys = [...(await fetchOwnerState(ceremony().network, ceremony().owner)).validators.keys()];
    server.answers.set("/states/head/validators", replayedValidators(keys.map((key) => [key, "active_ongoing"])));
    const finalAt = (state: string, epoch: number) =>
      server.answers.set(`/states/${state}/finality_checkpoints`, replayedFinality(epoch));
    const live = (...isLive: boolean[]) =>
      server.answers.set("/liveness/", replayedLiveness(isLive.map((is, i) => [BigInt(i), is])));
    const timeOf = (epoch: number) => new Date((genesis + epoch * EPOCH) * 1_000).toISOString();
    const refuses = async (line: string) =>
      expect(await run(dir, { beaconNode: server.url })).to.deep.equal({
        ...{ success: false, stdout: "", stderr: `error: ${line}\n` },
      });

    server.answers.set("/rewards/", replayed("attestation_rewards_refused"));
    finalAt("head", 9);
    await refuses(
      `removal in slot 319 is not final yet, so the former operators may not know of it (got epochs before 9 are final): run it again from epoch 16 on, ${timeOf(16)} ${EARLIEST}`,
    );
    finalAt("head", 14);
    finalAt(`${12 * 32}`, 10);
    live(false, true);
    await refuses(
      `validator was on duty in epoch 12, after its removal was final: its former operators still sign (got ${keys[1] ?? ""}): find out which of them do not follow ssv.network, and run it again from epoch 17 on, ${timeOf(17)} ${EARLIEST}`,
    );
    server.answers.set("/liveness/", replayed("liveness_refused"));
    await refuses(
      "beacon-node does not tell who was on duty in epoch 12 (got HTTP status 400 for liveness, 500 for rewards): use a node that keeps the states of the last hours, or that tells of liveness in earlier epochs",
    );
    expect((await validators())[0]).to.equal(`${FORMER} removed 0`);

    live(false, false);
    const dry = await update(dir, { beaconNode: server.url, dryRun: true });
    expect(dry.stderr)
      .to.match(/^quiet epochs +12, 13$/m)
      .and.not.to.contain("warning");
    process.env.LOCAL_BEACON_URL = server.url;
    try {
      expect((await update(dir)).stderr).not.to.contain("only blocks were counted");
    } finally {
      delete process.env.LOCAL_BEACON_URL;
    }
    expect(await validators()).to.deep.equal([`${NEW} registered 2`, `${NEW} registered 3`]);
  });

  it("H14 lets batches that waited be dropped, and the next ones begin behind the new nonces", async () => {
    const { json, node, chain } = ceremony();
    const dir = await shares(NEW);
    await json("validators discard", { batch: "0", yes: true });
    expect((await update(dir)).stderr).not.to.contain("wait in the pool's registry");
    await mine(WAIT - 1);
    await update(dir);
    const registry = PoolManager__factory.connect(node.addresses.poolManager ?? "", chain);
    expect([await manager().ownerNonce(), await registry.nextNonce()]).to.deep.equal([4n, 4n]);
  });
});
