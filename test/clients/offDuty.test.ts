import { expect } from "chai";

import { BeaconError, beaconUrl } from "../../clients/beaconHttp.ts";
import { BeaconNode } from "../../clients/beaconNode.ts";
import { OnDutyError, requireOffDuty } from "../../clients/offDuty.ts";
import type { Hex } from "../../src/units/hex.ts";
import { recorded, startBeaconServer, type BeaconServer } from "../helpers/beaconServer.ts";

const KEY: Hex = "0xa39882700ed7f72fcdbac07081b7c0c912cb8647ed8494926e6c9c2fc1a7415c7c60e3afcc3d3278fe25b50b851c3ad5";
const INDEX = "1205301";
/** The recorded node says that the epochs before this one are final, so that 1006 and 1007 count. */
const FINAL = 1_008n;
const [GENESIS, EPOCH] = [1_742_213_400n, 32n * 12n];
/** Time of the first slot of an epoch. */
const startOf = (epoch: bigint): bigint => GENESIS + epoch * EPOCH;
const shown = (epoch: bigint): string => new Date(Number(startOf(epoch)) * 1_000).toISOString();

describe("requireOffDuty", () => {
  let server: BeaconServer;

  before(async () => {
    server = await startBeaconServer();
  });
  beforeEach(() => {
    server.reset();
    finalAt({ head: FINAL, 32192: FINAL - 4n });
    live(false);
  });
  after(() => server.stop());

  /** What the node says of each state. */
  function finalAt(epochs: Record<string, bigint>): void {
    for (const [state, epoch] of Object.entries(epochs))
      server.answers.set(`/states/${state}/finality_checkpoints`, {
        json: { data: { finalized: { epoch: `${epoch}` } } },
      });
  }
  /** In an epoch, or in every one. */
  function live(isLive: boolean, epoch = ""): void {
    server.answers.set(`/liveness/${epoch}`, { json: { data: [{ index: INDEX, is_live: isLive }] } });
  }

  const check = async (removedAt: bigint) => {
    const node = new BeaconNode({ url: beaconUrl(server.url, "beacon-node"), field: "beacon-node" });
    return requireOffDuty(node, await node.chain(), [KEY], removedAt);
  };
  const refuses = async (removedAt: bigint, message: string): Promise<void> => {
    const error: unknown = await check(removedAt).catch((thrown: unknown) => thrown);
    expect(error).to.be.instanceOf(OnDutyError).with.property("message", message);
  };
  const asked = (part: string) => server.asked.map(({ path }) => path).filter((path) => path.includes(part));

  it("H13 lets keys go when two final epochs passed without duties since the removal was final", async () => {
    expect(await check(startOf(FINAL - 4n))).to.deep.equal({ from: 1_006n, to: 1_007n, active: 1 });
    expect(asked("liveness")).to.deep.equal(["/eth/v1/validator/liveness/1006", "/eth/v1/validator/liveness/1007"]);
    expect(asked("rewards")).to.deep.equal([
      "/eth/v1/beacon/rewards/attestations/1006",
      "/eth/v1/beacon/rewards/attestations/1007",
    ]);
    // Of the two recorded validators, one is gone.
    expect(server.asked.at(-1)?.body).to.deep.equal([INDEX]);
  });

  it("H13 waits until the removal is final, to the slot", async () => {
    finalAt({ 32192: FINAL });
    await refuses(
      startOf(FINAL) + 12n,
      `removal in slot ${FINAL * 32n + 1n} is not final yet, so the former operators may not know of it (got epochs before 1008 are final): run it again from epoch 1015 on, ${shown(1_015n)} at the earliest`,
    );
    await refuses(
      startOf(FINAL),
      `removal in slot ${FINAL * 32n} has become final, and 2 epochs after that have not yet (got epochs before 1008 are final): run it again from epoch 1014 on, ${shown(1_014n)} at the earliest`,
    );
    expect(asked("liveness")).to.deep.equal([]);
  });

  it("H13 counts no epoch that began before the removal was final, also where that took long", async () => {
    // In the state at the beginning of epoch 1006, the removal in epoch 1003 was not final.
    finalAt({ 32192: FINAL - 5n });
    await refuses(
      startOf(FINAL - 5n) + 12n,
      `removal in slot 32097 has become final, and 2 epochs after that have not yet (got epochs before 1008 are final): run it again from epoch 1011 on, ${shown(1_011n)} at the earliest`,
    );
    expect(await check(startOf(FINAL - 5n))).to.include({ from: 1_006n });
  });

  it("H13 refuses while a validator is on duty in one of the two", async () => {
    for (const epoch of [1_006n, 1_007n]) {
      live(false);
      live(true, `${epoch}`);
      await refuses(
        startOf(1_000n),
        `validator was on duty in epoch ${epoch}, after its removal was final: its former operators still sign (got ${KEY}): find out which of them do not follow ssv.network, and run it again from epoch ${epoch + 5n} on, ${shown(epoch + 5n)} at the earliest`,
      );
      server.answers.delete(`/liveness/${epoch}`);
    }
  });

  /** What the chain has of attestations in an epoch. */
  const pays = (source: string, target: string, epoch = ""): void => {
    const total_rewards = [{ validator_index: INDEX, source, target }];
    server.answers.set(`/attestations/${epoch}`, { json: { data: { ideal_rewards: [], total_rewards } } });
  };

  it("H13 goes by what the chain paid where the node has seen nobody, or forgets what it saw", async () => {
    const line = `validator was on duty in epoch 1007, after its removal was final: its former operators still sign (got ${KEY}): find out which of them do not follow ssv.network, and run it again from epoch 1012 on, ${shown(1_012n)} at the earliest`;
    pays("2825", "5246", "1007");
    await refuses(startOf(1_000n), line);
    server.answers.set("/liveness/", { status: 400, json: recorded("liveness_refused") });
    await refuses(startOf(1_000n), line);
    server.answers.delete("/attestations/1007");
    expect(await check(startOf(1_000n))).to.include({ active: 1 });
  });

  it("H13 goes by liveness where the node has no states of that time, and refuses where it has neither", async () => {
    for (const status of [404, 500]) {
      server.answers.set("/attestations/", { status, json: { code: status, message: "missing state" } });
      expect(await check(startOf(1_000n))).to.include({ active: 1 });
    }
    server.answers.set("/liveness/", { status: 400, json: recorded("liveness_refused") });
    const failed: unknown = await check(startOf(1_000n)).catch((thrown: unknown) => thrown);
    expect(String(failed)).to.contain("attestations/1006 with HTTP status 500");
    server.answers.set("/attestations/", { status: 404, json: { code: 404, message: "missing state" } });
    await refuses(
      startOf(1_000n),
      "beacon-node does not tell who was on duty in epoch 1006 (got HTTP status 400 for liveness, 404 for rewards): use a node that keeps the states of the last hours, or that tells of liveness in earlier epochs",
    );
  });

  it("does not take a node that fails for one that knows of no duties", async () => {
    for (const path of ["/liveness/", "/validators", "/states/32192/"]) {
      server.answers.set(path, { status: 503, json: { code: 503, message: "syncing" } });
      const error: unknown = await check(startOf(1_000n)).catch((thrown: unknown) => thrown);
      expect(error)
        .to.be.instanceOf(BeaconError)
        .with.property("message")
        .that.contains("HTTP status 503 (got syncing)");
      server.answers.delete(path);
    }
  });

  it("asks nobody about validators that are gone, or not there yet", async () => {
    const validators = recorded("validators") as { data: { status: string }[] };
    server.answers.set("/validators", { json: { data: validators.data.slice(1) } });
    expect(await check(startOf(1_000n))).to.deep.equal({ from: 1_006n, to: 1_007n, active: 0 });
    expect(asked("liveness")).to.deep.equal([]);
  });
});
