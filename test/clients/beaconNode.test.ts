import { expect } from "chai";

import { BeaconError, BeaconRefusal, beaconUrl } from "../../clients/beaconHttp.ts";
import { BeaconNode } from "../../clients/beaconNode.ts";
import type { Hex } from "../../src/units/hex.ts";
import { RECORDED, recorded, replayed, replayedFinality, replayedSpec } from "../helpers/beaconAnswers.ts";
import { useBeaconServer, type BeaconAnswer } from "../helpers/beaconServer.ts";

const { live: LIVE, quiet: QUIET, exiting: EXITING, gone: GONE } = RECORDED;
/** Of no validator of the recorded chain. */
const UNKNOWN: Hex =
  "0xa39882700ed7f72fcdbac07081b7c0c912cb8647ed8494926e6c9c2fc1a7415c7c60e3afcc3d3278fe25b50b851c3ad5";

describe("BeaconNode", () => {
  const server = useBeaconServer();

  const host = () => server().url.slice("http://".length);
  const node = (url = server().url, timeout?: number) =>
    new BeaconNode({ url: beaconUrl(url, "beacon-node"), field: "beacon-node", timeout });
  const failureOf = async (action: Promise<unknown>): Promise<BeaconError> => {
    const error: unknown = await action.then(
      () => undefined,
      (thrown: unknown) => thrown,
    );
    expect(error).to.be.instanceOf(BeaconError);
    return error as BeaconError;
  };
  /** What is said when the finality of the chain is asked for. */
  const says = async (answer: BeaconAnswer, url?: string): Promise<string> => {
    server().answers.set("/finality_checkpoints", answer);
    return (await failureOf(node(url).finalizedEpoch("head"))).message;
  };

  it("reads the clock of the chain, and the chain id of its deposits", async () => {
    const recordedChain = {
      genesisTime: 1_795_283_705n,
      secondsPerSlot: 2n,
      slotsPerEpoch: 8n,
      chainId: 31_337n,
      genesisForkVersion: "0x00000001",
    };
    expect(await node().chain()).to.deep.equal(recordedChain);
    // Newer nodes tell milliseconds, some of them instead.
    server().answers.set("/eth/v1/config/spec", replayedSpec({ SECONDS_PER_SLOT: "2", SLOT_DURATION_MS: "12000" }));
    expect((await node().chain()).secondsPerSlot).to.equal(12n);
    server().answers.set("/eth/v1/config/spec", replayedSpec({ SECONDS_PER_SLOT: "0" }));
    expect((await failureOf(node().chain())).message).to.equal(
      "beacon-node has slots or epochs without a length (got 0 ms, 8 slots): wait until it is synced, or use another node",
    );
  });

  it("reads what is final in a state", async () => {
    expect(await node().finalizedEpoch("head")).to.equal(19n);
    expect(await node().finalizedEpoch(136n)).to.equal(19n);
    expect(server().asked.map(({ method, path }) => `${method} ${path}`)).to.deep.equal([
      "GET /eth/v1/beacon/states/head/finality_checkpoints",
      "GET /eth/v1/beacon/states/136/finality_checkpoints",
    ]);
  });

  it("reads validators by their keys, each in a parameter of its own, some at a time", async () => {
    const asked = [LIVE, GONE, QUIET, EXITING].map(({ pubkey }) => pubkey);
    expect([...(await node().validators("finalized", [...asked, UNKNOWN])).values()]).to.deep.equal([
      { ...LIVE, status: "active_ongoing", balanceGwei: 32_025_245_677n },
      { ...GONE, status: "withdrawal_done", balanceGwei: 0n },
      { ...QUIET, status: "active_ongoing", balanceGwei: 31_981_776_040n },
      { ...EXITING, status: "active_exiting", balanceGwei: 31_980_117_450n },
    ]);
    expect(server().asked[0]?.path).to.equal("/eth/v1/beacon/states/finalized/validators");
    expect(server().asked[0]?.query.getAll("id")).to.deep.equal([...asked, UNKNOWN]);
    expect(await node().validators("head", [UNKNOWN])).to.deep.equal(new Map());

    server().reset();
    expect([...(await node().validators("head", Array<Hex>(130).fill(LIVE.pubkey))).keys()]).to.deep.equal([
      LIVE.pubkey,
    ]);
    expect(server().asked.map(({ query }) => query.getAll("id").length)).to.deep.equal([64, 64, 2]);
  });

  it("reads who was seen at work, asking by indices as strings", async () => {
    expect([...(await node().liveness(20n, [LIVE.index, QUIET.index]))]).to.deep.equal([
      [LIVE.index, true],
      [QUIET.index, false],
    ]);
    const [asked] = server().asked;
    expect(asked).to.include({ method: "POST", path: "/eth/v1/validator/liveness/20" });
    expect(asked?.body).to.deep.equal(["1", "60"]);
    expect(await node().liveness(20n, [])).to.deep.equal(new Map());
    expect(server().asked).to.have.lengthOf(1);
    const { message } = await failureOf(node().liveness(20n, [LIVE.index, 7n]));
    expect(message).to.equal(
      "beacon-node leaves out one of the validators in liveness (got validator 7): wait until it is synced, or use another node",
    );
  });

  it("tells by rewards whose attestations are in the chain, also where they are fractions", async () => {
    expect([...(await node().attested(18n, [LIVE.index, QUIET.index, EXITING.index]))]).to.deep.equal([
      [LIVE.index, true],
      [QUIET.index, false],
      [EXITING.index, false],
    ]);
    expect(server().asked[0]).to.include({ method: "POST", path: "/eth/v1/beacon/rewards/attestations/18" });
    // Nodes list nobody who has no duties any more.
    const { message } = await failureOf(node().attested(18n, [LIVE.index, GONE.index]));
    expect(message).to.contain("leaves out one of the validators in rewards (got validator 57)");
  });

  it("tells by rewards also while nothing becomes final, and attesters get nothing", async () => {
    const row = (index: bigint, source: string, target: string) => ({ validator_index: `${index}`, source, target });
    const rows = [row(1n, "0", "0"), row(2n, "-10", "-20.5"), row(3n, "0", "-20")];
    server().answers.set("/rewards/", { json: { data: { ideal_rewards: [], total_rewards: rows } } });
    expect([...(await node().attested(1n, [1n, 2n, 3n]))]).to.deep.equal([
      [1n, true],
      [2n, false],
      [3n, true],
    ]);
  });

  it("tells refusals with the node's reason from failures", async () => {
    const refusal = async (part: string, name: string, action: () => Promise<unknown>): Promise<BeaconError> => {
      server().answers.set(part, replayed(name));
      const error = await failureOf(action());
      expect(error).to.be.instanceOf(BeaconRefusal).with.property("status", replayed(name).status);
      return error;
    };
    const { message: old } = await refusal("/liveness/", "liveness_refused", () => node().liveness(17n, [LIVE.index]));
    expect(old).to.equal(
      "beacon-node answers /eth/v1/validator/liveness/17 with HTTP status 400 (got Request epoch 17 is more than one epoch before or after the current epoch 21): use a node that has it",
    );
    const unrewarded = () => node().attested(17n, [LIVE.index]);
    expect((await refusal("/rewards/", "attestation_rewards_refused", unrewarded)).message).to.equal(
      "beacon-node answers /eth/v1/beacon/rewards/attestations/17 with HTTP status 500 (got State is unavailable for slot 151): use a node that has it, or wait until this one is in order",
    );
    for (const [name, reason] of [
      ["finality_checkpoints_missing", "No state found for id '136'"],
      ["finality_checkpoints_malformed", "Invalid block id 'nonsense'"],
    ] as const)
      expect((await refusal("/finality_checkpoints", name, () => node().finalizedEpoch(136n))).value).to.equal(reason);
    const wrong = await refusal("/liveness/", "liveness_malformed", () => node().liveness(21n, [LIVE.index]));
    expect(wrong.value).to.equal("JSON invalid number isNaN");
    server().answers.set("/liveness/", { status: 404, text: "<html>" });
    const missing = await failureOf(node().liveness(17n, [LIVE.index]));
    expect(missing).to.be.instanceOf(BeaconRefusal).with.property("status", 404);
    expect(missing.value).to.equal(host());
  });

  it("tells failures with the node's reason, and what to do", async () => {
    const path = "/eth/v1/beacon/states/head/finality_checkpoints";
    for (const [status, remedy] of [
      [503, "wait until the node is in order, which may still be syncing, or use another one"],
      [502, "wait until the node is in order, which may still be syncing, or use another one"],
      [401, "have the node allow it, or put the key that it wants into its address"],
      [403, "have the node allow it, or put the key that it wants into its address"],
    ] as const) {
      server().answers.set("/finality_checkpoints", { status, json: { code: status, message: "syncing" } });
      const failed = await failureOf(node().finalizedEpoch("head"));
      expect(failed).not.to.be.instanceOf(BeaconRefusal);
      expect(failed.message).to.equal(
        `beacon-node answers ${path} with HTTP status ${status} (got syncing): ${remedy}`,
      );
    }
    expect(await says({ status: 302, text: "", location: "http://127.0.0.1:9/" })).to.equal(
      `beacon-node answers ${path} with HTTP status 302 (got ${host()}): give the address at which the node's API begins`,
    );
  });

  it("says of other answers what is wrong with them", async () => {
    const at = "beacon-node answers /eth/v1/beacon/states/head/finality_checkpoints";
    const remedy = "use a node that speaks the Beacon API, and the address at which its API begins";
    expect(await says({ text: "<html>" })).to.match(/^beacon-node answers \S+, which is not JSON: .+ \(got 6 char/);
    expect(await says({ text: '{"data":' })).to.contain("which is not JSON");
    expect(await says({ json: { data: {} } })).to.match(
      /^beacon-node answers \S+\.data\.finalized, which does not fit/,
    );
    expect(await says(replayedFinality(-1))).to.equal(
      `${at}.data.finalized.epoch, which does not fit (expected a decimal number) (got "-1"): ${remedy}`,
    );
    expect(await says({ text: " ".repeat(2 ** 24 + 1) })).to.equal(
      `beacon-node answers more than 16777216 bytes (got ${host()}): ${remedy}`,
    );
    const validators = recorded("validators") as { data: { status: string }[] };
    for (const validator of validators.data) validator.status = "asleep";
    server().answers.set("/validators", { json: validators });
    expect((await failureOf(node().validators("head", [LIVE.pubkey]))).message).to.contain(
      ".data[0].status, which does not",
    );
  });

  it("believes no node whose execution client lags behind", async () => {
    for (const [part, name] of [
      ["/finality_checkpoints", "finality_checkpoints"],
      ["/validators", "validators"],
      ["/rewards/", "attestation_rewards"],
    ] as const)
      server().answers.set(part, { json: { ...recorded(name), execution_optimistic: true } });
    server().answers.set("/node/syncing", replayed("syncing_optimistic"));
    const problem = `beacon-node answers by blocks that its execution client has not verified yet (got ${host()})`;
    expect((await failureOf(node().finalizedEpoch("head"))).message).to.contain(problem);
    expect((await failureOf(node().validators("head", [LIVE.pubkey]))).message).to.contain(problem);
    expect((await failureOf(node().attested(18n, [LIVE.index]))).message).to.contain(problem);
    // The recorded node says it nowhere else: of its head it answers as if nothing were amiss.
    expect(recorded("finality_checkpoints_optimistic").execution_optimistic).to.equal(false);
    expect((await failureOf(node().chain())).message).to.contain(problem);
  });

  it("takes a node that does not tell how far it is, but none that fails", async () => {
    server().answers.set("/node/syncing", { status: 404, json: { code: 404, message: "not found" } });
    expect((await node().chain()).chainId).to.equal(31_337n);
    server().answers.set("/node/syncing", { status: 503, json: { code: 503, message: "starting" } });
    expect((await failureOf(node().chain())).message).to.contain("HTTP status 503 (got starting)");
  });

  it("waits for a time, and says when a node breaks off or is not there", async () => {
    server().answers.set("/finality_checkpoints", "hang");
    expect((await failureOf(node(server().url, 50).finalizedEpoch("head"))).message).to.equal(
      `beacon-node does not answer within 0.05 seconds (got ${host()}): try again, or use another node`,
    );
    expect(await says("break off")).to.equal(
      `beacon-node breaks off in the middle of an answer (got ${host()}): try again, or use another node`,
    );
    expect(await says({ json: {} }, "http://127.0.0.1:1/")).to.match(
      /^beacon-node cannot be reached, \w+ \(got 127\.0\.0\.1:1\): check the address, and that the node runs$/,
    );
  });

  it("takes keys in an address, and shows none", async () => {
    const url = server().url.replace("//", "//user:pass%20word@");
    await node(`${url}/a-key/?token=hidden`).validators("head", [LIVE.pubkey]);
    const [asked] = server().asked;
    expect(asked?.path).to.equal("/a-key/eth/v1/beacon/states/head/validators");
    expect(asked?.query.get("token")).to.equal("hidden");
    expect(asked?.query.get("id")).to.equal(LIVE.pubkey);
    expect(asked?.authorization).to.equal(`Basic ${Buffer.from("user:pass word").toString("base64")}`);
    expect(await says({ status: 500, text: "" }, `${url}/a-key/?token=hidden`)).not.to.match(/a-key|hidden|word/);
    for (const address of ["ws://127.0.0.1:1/a-key", "a-key", "file:///etc/a-key"])
      expect(() => beaconUrl(address, "beacon-node"))
        .to.throw(BeaconError)
        .with.property(
          "message",
          "beacon-node is not an http or https URL (got hidden): give one, such as http://127.0.0.1:5052",
        );
  });
});
