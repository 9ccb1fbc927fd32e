import { expect } from "chai";

import { BeaconError, BeaconRefusal, beaconUrl } from "../../clients/beaconHttp.ts";
import { BeaconNode } from "../../clients/beaconNode.ts";
import type { Hex } from "../../src/units/hex.ts";
import { recorded, startBeaconServer, type BeaconAnswer, type BeaconServer } from "../helpers/beaconServer.ts";

const ACTIVE: Hex =
  "0xa39882700ed7f72fcdbac07081b7c0c912cb8647ed8494926e6c9c2fc1a7415c7c60e3afcc3d3278fe25b50b851c3ad5";
const GONE: Hex = "0xb89bebc699769726a318c8e9971bd3171297c61aea4a6578a7a4f94b547dcba5bac16a89108b6b6a1fe3695d1a874a0b";
const [ACTIVE_INDEX, GONE_INDEX] = [1_205_301n, 1_205_302n];

describe("BeaconNode", () => {
  let server: BeaconServer;

  before(async () => {
    server = await startBeaconServer();
  });
  beforeEach(() => {
    server.reset();
  });
  after(() => server.stop());

  const host = () => server.url.slice("http://".length);
  const node = (url = server.url, timeout?: number) =>
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
    server.answers.set("/finality_checkpoints", answer);
    return (await failureOf(node(url).finalizedEpoch("head"))).message;
  };

  it("reads the clock of the chain, and the chain id of its deposits", async () => {
    expect(await node().chain()).to.deep.equal({
      ...{ genesisTime: 1_742_213_400n, secondsPerSlot: 12n, slotsPerEpoch: 32n, chainId: 560_048n },
    });
    const { SLOT_DURATION_MS, ...older } = recorded("spec").data as Record<string, string>;
    expect(SLOT_DURATION_MS).to.equal("12000");
    server.answers.set("/eth/v1/config/spec", { json: { data: { ...older, SECONDS_PER_SLOT: "6" } } });
    expect((await node().chain()).secondsPerSlot).to.equal(6n);
    server.answers.set("/eth/v1/config/spec", { json: { data: { ...older, SECONDS_PER_SLOT: "0" } } });
    expect((await failureOf(node().chain())).message).to.equal(
      "beacon-node has slots or epochs without a length (got 0 ms, 32 slots): wait until it is synced, or use another node",
    );
  });

  it("reads what is final in a state", async () => {
    expect(await node().finalizedEpoch("head")).to.equal(1_008n);
    expect(await node().finalizedEpoch(32_192n)).to.equal(1_008n);
    expect(server.asked.map(({ method, path }) => `${method} ${path}`)).to.deep.equal([
      "GET /eth/v1/beacon/states/head/finality_checkpoints",
      "GET /eth/v1/beacon/states/32192/finality_checkpoints",
    ]);
  });

  it("reads validators by their keys, some at a time", async () => {
    expect(await node().validators("finalized", [ACTIVE, GONE])).to.deep.equal(
      new Map([
        [ACTIVE, { index: ACTIVE_INDEX, pubkey: ACTIVE, status: "active_ongoing", balanceGwei: 32_012_345_678n }],
        [GONE, { index: GONE_INDEX, pubkey: GONE, status: "withdrawal_done", balanceGwei: 0n }],
      ]),
    );
    const [asked] = server.asked;
    expect(asked?.path).to.equal("/eth/v1/beacon/states/finalized/validators");
    expect(asked?.query.getAll("id")).to.deep.equal([`${ACTIVE},${GONE}`]);

    server.reset();
    await node().validators("head", Array<Hex>(130).fill(ACTIVE));
    expect(server.asked.map(({ query }) => query.get("id")?.split(",").length)).to.deep.equal([64, 64, 2]);
  });

  it("reads who was seen at work, asking by indices as strings", async () => {
    expect(await node().liveness(1_006n, [ACTIVE_INDEX, GONE_INDEX])).to.deep.equal(
      new Map([
        [ACTIVE_INDEX, false],
        [GONE_INDEX, true],
      ]),
    );
    const [asked] = server.asked;
    expect(asked).to.include({ method: "POST", path: "/eth/v1/validator/liveness/1006" });
    expect(asked?.body).to.deep.equal(["1205301", "1205302"]);
    expect(await node().liveness(1_006n, [])).to.deep.equal(new Map());
    expect(server.asked).to.have.lengthOf(1);
    const { message } = await failureOf(node().liveness(1_006n, [ACTIVE_INDEX, 7n]));
    expect(message).to.equal(
      "beacon-node leaves out one of the validators in liveness (got validator 7): wait until it is synced, or use another node",
    );
  });

  it("tells by rewards whose attestations are in the chain, also where nobody earns", async () => {
    expect(await node().attested(1_006n, [ACTIVE_INDEX, GONE_INDEX])).to.deep.equal(
      new Map([
        [ACTIVE_INDEX, false],
        [GONE_INDEX, true],
      ]),
    );
    expect(server.asked[0]).to.include({ method: "POST", path: "/eth/v1/beacon/rewards/attestations/1006" });
    // While nothing becomes final, whoever attests gets nothing, and the others pay all the same.
    const row = (index: bigint, source: string, target: string) => ({ validator_index: `${index}`, source, target });
    const rows = [row(1n, "0", "0"), row(2n, "-10", "-20"), row(3n, "0", "-20")];
    server.answers.set("/rewards/", { json: { data: { ideal_rewards: [], total_rewards: rows } } });
    expect([...(await node().attested(1n, [1n, 2n, 3n]))]).to.deep.equal([
      [1n, true],
      [2n, false],
      [3n, true],
    ]);
  });

  it("tells refusals with the node's reason from failures", async () => {
    server.answers.set("/liveness/", { status: 400, json: recorded("liveness_refused") });
    const refused = await failureOf(node().liveness(1_006n, [ACTIVE_INDEX]));
    expect(refused).to.be.instanceOf(BeaconRefusal).with.property("status", 400);
    expect(refused.message).to.equal(
      "beacon-node answers /eth/v1/validator/liveness/1006 with HTTP status 400 (got BAD_REQUEST: request epoch 1006 is more than one epoch from the current epoch 1010): use a node that has it",
    );
    server.answers.set("/liveness/", { status: 404, text: "<html>" });
    const missing = await failureOf(node().liveness(1_006n, [ACTIVE_INDEX]));
    expect(missing).to.be.instanceOf(BeaconRefusal).with.property("status", 404);
    expect(missing.value).to.equal(host());

    const path = "/eth/v1/beacon/states/head/finality_checkpoints";
    for (const [status, remedy] of [
      [503, "wait until the node is in order, which may still be syncing, or use another one"],
      [500, "wait until the node is in order, which may still be syncing, or use another one"],
      [401, "have the node allow it, or put the key that it wants into its address"],
      [403, "have the node allow it, or put the key that it wants into its address"],
    ] as const) {
      server.answers.set("/finality_checkpoints", { status, json: { code: status, message: "syncing" } });
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
    expect(await says({ json: { data: { finalized: { epoch: "-1" } } } })).to.equal(
      `${at}.data.finalized.epoch, which does not fit (expected a decimal number) (got "-1"): ${remedy}`,
    );
    expect(await says({ text: " ".repeat(2 ** 24 + 1) })).to.equal(
      `beacon-node answers more than 16777216 bytes (got ${host()}): ${remedy}`,
    );
    const validators = recorded("validators") as { data: { status: string }[] };
    for (const validator of validators.data) validator.status = "asleep";
    server.answers.set("/validators", { json: validators });
    expect((await failureOf(node().validators("head", [ACTIVE]))).message).to.contain(
      ".data[0].status, which does not",
    );
  });

  it("believes no node whose execution client lags behind", async () => {
    for (const name of ["finality_checkpoints", "validators"])
      server.answers.set(`/${name}`, { json: { ...recorded(name), execution_optimistic: true } });
    const problem = `beacon-node answers by blocks that its execution client has not verified yet (got ${host()})`;
    expect((await failureOf(node().finalizedEpoch("head"))).message).to.contain(problem);
    expect((await failureOf(node().validators("head", [ACTIVE]))).message).to.contain(problem);
  });

  it("waits for a time, and says when a node breaks off or is not there", async () => {
    server.answers.set("/finality_checkpoints", "hang");
    expect((await failureOf(node(server.url, 50).finalizedEpoch("head"))).message).to.equal(
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
    const url = server.url.replace("//", "//user:pass%20word@");
    await node(`${url}/a-key/?token=hidden`).validators("head", [ACTIVE]);
    const [asked] = server.asked;
    expect(asked?.path).to.equal("/a-key/eth/v1/beacon/states/head/validators");
    expect(asked?.query.get("token")).to.equal("hidden");
    expect(asked?.query.get("id")).to.equal(ACTIVE);
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
