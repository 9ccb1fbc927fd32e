import { expect } from "chai";

import { BeaconError, beaconUrl } from "../../clients/beaconHttp.ts";
import { BeaconNode } from "../../clients/beaconNode.ts";
import { OnDutyError, requireOffDuty } from "../../clients/offDuty.ts";
import type { Hex } from "../../src/units/hex.ts";
import { RECORDED, replayed, replayedFinality, replayedLiveness, replayedRewards } from "../helpers/beaconAnswers.ts";
import { startBeaconServer, type BeaconServer } from "../helpers/beaconServer.ts";

const { live: LIVE, quiet: QUIET, exiting: EXITING, gone: GONE } = RECORDED;
const KEY: Hex = QUIET.pubkey;
/** Of no validator of the recorded chain. */
const UNKNOWN: Hex =
  "0xa39882700ed7f72fcdbac07081b7c0c912cb8647ed8494926e6c9c2fc1a7415c7c60e3afcc3d3278fe25b50b851c3ad5";
/** The recorded node says that the epochs before this one are final, so that 17 and 18 count. */
const FINAL = 19n;
/** In the state at the beginning of epoch 17. */
const FIRST_SLOT = 136;
const [GENESIS, SLOT, EPOCH] = [1_795_283_705n, 2n, 8n * 2n];
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
    finalAt({ [FIRST_SLOT]: FINAL - 4n });
    // As for every node, the recorded one would tell this of the newest epochs only.
    live(false);
  });
  after(() => server.stop());

  /** What the node says of each state. */
  function finalAt(epochs: Record<string, bigint>): void {
    for (const [state, epoch] of Object.entries(epochs))
      server.answers.set(`/states/${state}/finality_checkpoints`, replayedFinality(epoch));
  }
  /** In an epoch, or in every one. */
  function live(isLive: boolean, epoch = ""): void {
    server.answers.set(`/liveness/${epoch}`, replayedLiveness([[QUIET.index, isLive]]));
  }

  const check = async (removedAt: bigint, keys: readonly Hex[] = [KEY]) => {
    const node = new BeaconNode({ url: beaconUrl(server.url, "beacon-node"), field: "beacon-node" });
    return requireOffDuty(node, await node.chain(), keys, removedAt);
  };
  const refuses = async (removedAt: bigint, message: string): Promise<void> => {
    const error: unknown = await check(removedAt).catch((thrown: unknown) => thrown);
    expect(error).to.be.instanceOf(OnDutyError).with.property("message", message);
  };
  const asked = (part: string) => server.asked.map(({ path }) => path).filter((path) => path.includes(part));

  it("H13 lets keys go when two final epochs passed without duties since the removal was final", async () => {
    expect(await check(startOf(FINAL - 4n))).to.deep.equal({ from: 17n, to: 18n, active: 1 });
    expect(asked("liveness")).to.deep.equal(["/eth/v1/validator/liveness/17", "/eth/v1/validator/liveness/18"]);
    expect(asked("rewards")).to.deep.equal([
      "/eth/v1/beacon/rewards/attestations/17",
      "/eth/v1/beacon/rewards/attestations/18",
    ]);
    expect(server.asked.at(-1)?.body).to.deep.equal(["60"]);
  });

  it("H13 waits until the removal is final, to the slot", async () => {
    finalAt({ [FIRST_SLOT]: FINAL });
    await refuses(
      startOf(FINAL) + SLOT,
      `removal in slot ${FINAL * 8n + 1n} is not final yet, so the former operators may not know of it (got epochs before 19 are final): run it again from epoch 26 on, ${shown(26n)} at the earliest`,
    );
    await refuses(
      startOf(FINAL),
      `removal in slot ${FINAL * 8n} has become final, and 2 epochs after that have not yet (got epochs before 19 are final): run it again from epoch 25 on, ${shown(25n)} at the earliest`,
    );
    expect(asked("liveness")).to.deep.equal([]);
  });

  it("H13 counts no epoch that began before the removal was final, also where that took long", async () => {
    // In the state at the beginning of epoch 17, the removal in epoch 14 was not final.
    finalAt({ [FIRST_SLOT]: FINAL - 5n });
    await refuses(
      startOf(FINAL - 5n) + SLOT,
      `removal in slot 113 has become final, and 2 epochs after that have not yet (got epochs before 19 are final): run it again from epoch 22 on, ${shown(22n)} at the earliest`,
    );
    expect(await check(startOf(FINAL - 5n))).to.include({ from: 17n });
  });

  it("H13 refuses while a validator is on duty in one of the two", async () => {
    for (const epoch of [17n, 18n]) {
      live(false);
      live(true, `${epoch}`);
      await refuses(
        startOf(11n),
        `validator was on duty in epoch ${epoch}, after its removal was final: its former operators still sign (got ${KEY}): find out which of them do not follow ssv.network, and run it again from epoch ${epoch + 5n} on, ${shown(epoch + 5n)} at the earliest`,
      );
      server.answers.delete(`/liveness/${epoch}`);
    }
  });

  it("H13 goes by what the chain paid where the node has seen nobody, or forgets what it saw", async () => {
    const line = `validator was on duty in epoch 18, after its removal was final: its former operators still sign (got ${KEY}): find out which of them do not follow ssv.network, and run it again from epoch 23 on, ${shown(23n)} at the earliest`;
    server.answers.set("/attestations/18", replayedRewards(LIVE.index, QUIET.index));
    await refuses(startOf(11n), line);
    server.answers.set("/liveness/", replayed("liveness_refused"));
    await refuses(startOf(11n), line);
    server.answers.delete("/attestations/18");
    expect(await check(startOf(11n))).to.include({ active: 1 });
  });

  it("H13 looks at all that have duties in the answers of a node, as recorded", async () => {
    server.answers.set("/liveness/", replayed("liveness_refused"));
    const keys = [KEY, GONE.pubkey, EXITING.pubkey];
    expect(await check(startOf(11n), keys)).to.deep.equal({ from: 17n, to: 18n, active: 2 });
    const failed: unknown = await check(startOf(11n), [...keys, LIVE.pubkey]).catch((thrown: unknown) => thrown);
    expect(failed).to.be.instanceOf(OnDutyError).with.property("value", LIVE.pubkey);
  });

  it("H13 goes by liveness where the node has no states of that time, and refuses where it has neither", async () => {
    for (const status of [404, 500, 503]) {
      server.answers.set("/attestations/", { status, json: { code: status, message: "missing state" } });
      expect(await check(startOf(11n))).to.include({ active: 1 });
    }
    server.answers.set("/liveness/", replayed("liveness_refused"));
    const failed: unknown = await check(startOf(11n)).catch((thrown: unknown) => thrown);
    expect(String(failed)).to.contain("attestations/17 with HTTP status 503");
    server.answers.set("/attestations/", replayed("attestation_rewards_refused"));
    await refuses(
      startOf(11n),
      "beacon-node does not tell who was on duty in epoch 17 (got HTTP status 400 for liveness, 500 for rewards): use a node that keeps the states of the last hours, or that tells of liveness in earlier epochs",
    );
  });

  it("refuses a node that dropped the state in which the removal had to be final", async () => {
    server.answers.set(`/states/${FIRST_SLOT}/`, replayed("finality_checkpoints_missing"));
    const failed: unknown = await check(startOf(11n)).catch((thrown: unknown) => thrown);
    expect(failed)
      .to.be.instanceOf(BeaconError)
      .with.property(
        "message",
        "beacon-node answers /eth/v1/beacon/states/136/finality_checkpoints with HTTP status 404 (got No state found for id '136'): use a node that has it",
      );
  });

  it("does not take a node that fails for one that knows of no duties", async () => {
    for (const path of ["/liveness/", "/validators", `/states/${FIRST_SLOT}/`]) {
      server.answers.set(path, { status: 503, json: { code: 503, message: "syncing" } });
      const error: unknown = await check(startOf(11n)).catch((thrown: unknown) => thrown);
      expect(error)
        .to.be.instanceOf(BeaconError)
        .with.property("message")
        .that.contains("HTTP status 503 (got syncing)");
      server.answers.delete(path);
    }
  });

  it("asks nobody about validators that are gone, or not there yet", async () => {
    for (const keys of [[GONE.pubkey], [UNKNOWN]])
      expect(await check(startOf(11n), keys)).to.deep.equal({ from: 17n, to: 18n, active: 0 });
    expect(asked("liveness")).to.deep.equal([]);
  });
});
