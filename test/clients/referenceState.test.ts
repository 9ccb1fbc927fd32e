import { expect } from "chai";

import { BeaconError, beaconUrl } from "../../clients/beaconHttp.ts";
import { BeaconNode } from "../../clients/beaconNode.ts";
import { fetchPendingDeposits } from "../../clients/queuedDeposits.ts";
import { findReferenceState, requireSameState } from "../../clients/referenceState.ts";
import { fetchStateValidators } from "../../clients/stateRecords.ts";
import type { Hex } from "../../src/units/hex.ts";
import { replayed } from "../helpers/beaconAnswers.ts";
import { useBeaconServer } from "../helpers/beaconServer.ts";
import { serveState, type ServedState } from "../helpers/servedState.ts";
import { depositFor, FOREIGN, OWN, pubkeyOf, validatorOf } from "../src/support/stakes.ts";

const SLOT = 7_199n;
const HASH: Hex = `0x${"5a".repeat(32)}`;
const STATE: ServedState = {
  slot: SLOT,
  executionBlock: { number: 4_321, hash: HASH },
  clock: { genesisTime: 1_000n, secondsPerSlot: 12n },
};

describe("a reference state and what it has of keys", () => {
  const server = useBeaconServer();

  const node = () => new BeaconNode({ url: beaconUrl(server().url, "beacon-node"), field: "beacon-node" });
  const find = async (slot = SLOT) => findReferenceState(node(), await node().chain(), slot);
  const failureOf = async (action: Promise<unknown>): Promise<string> => {
    const error: unknown = await action.catch((caught: unknown) => caught);
    expect(error).to.be.instanceOf(BeaconError);
    return (error as BeaconError).message;
  };
  const paths = () => server().asked.map(({ path }) => path);

  it("finds the state of a slot, its block and its execution block", async () => {
    const { stateRoot, blockRoot } = serveState(server(), STATE);
    expect(await find()).to.deep.equal({
      ...{ slot: SLOT, stateRoot, id: stateRoot, blockSlot: SLOT, blockRoot },
      executionBlock: { number: 4_321, hash: HASH },
    });
  });

  it("takes the newest block before an empty slot, which the next block names as its parent", async () => {
    const { stateRoot, blockRoot } = serveState(server(), { ...STATE, blockSlot: SLOT - 40n });
    const found = await find();
    expect(found).to.deep.include({ slot: SLOT, stateRoot, blockSlot: SLOT - 40n, blockRoot });
    expect(paths()).to.include(`/eth/v1/beacon/headers/${SLOT + 1n}`);
    expect(paths()).not.to.include(`/eth/v1/beacon/headers/${SLOT - 1n}`);

    // Some nodes answer with an earlier header, and after so many empty slots nobody looks on.
    const earlier = server().answers.get("/eth/v1/beacon/headers/");
    server().answers.set("/eth/v1/beacon/headers/", (question) => {
      const path = question.path.endsWith(`/${SLOT}`) ? `/${SLOT - 40n}` : question.path;
      return typeof earlier === "function" ? earlier({ ...question, path }) : "hang";
    });
    expect(await find()).to.deep.equal(found);
    server().answers.set("/eth/v1/beacon/headers/", { status: 404, json: {} });
    expect(await failureOf(find())).to.contain("has no block in any of many slots (got slots 7199 to 7455)");
  });

  it("asks by the slot where a node does not find the state by its root", async () => {
    const { stateRoot } = serveState(server(), STATE);
    server().answers.set(`/states/${stateRoot}/`, { status: 404, json: { code: 404, message: "no such state" } });
    expect(await find()).to.include({ id: SLOT, stateRoot });
  });

  it("refuses a slot that is not final", async () => {
    serveState(server(), { ...STATE, finalizedEpoch: 224n });
    expect(await failureOf(find())).to.equal(
      "beacon-node knows no later slot as final than 7168 (got slot 7199): wait until it is final, which takes two to three epochs, or give an earlier one",
    );
  });

  it("refuses a node that is syncing, or whose execution client lags behind", async () => {
    serveState(server(), STATE);
    const { json } = replayed("syncing") as { json: { data: object } };
    server().answers.set("/node/syncing", { json: { data: { ...json.data, is_syncing: true } } });
    expect(await failureOf(find())).to.contain("beacon-node is still syncing");
    server().answers.set("/node/syncing", replayed("syncing_optimistic"));
    expect(await failureOf(findReferenceState(node(), { slotsPerEpoch: 32n }, SLOT))).to.contain(
      "has not verified yet",
    );
  });

  it("refuses optimistic answers on every way", async () => {
    for (const part of ["/eth/v1/beacon/headers/", "/eth/v2/beacon/blocks/", "/root", "/pending_deposits"]) {
      server().reset();
      serveState(server(), STATE);
      const served = server().answers.get(part);
      server().answers.set(part, (question) => {
        const answer = typeof served === "function" ? served(question) : served;
        if (typeof answer !== "object" || !("json" in answer)) throw new Error("there is no such answer");
        return { json: { ...(answer.json as object), execution_optimistic: true } };
      });
      const action = part === "/pending_deposits" ? fetchPendingDeposits(node(), SLOT) : find();
      expect(await failureOf(action), part).to.contain("by blocks that its execution client has not verified yet");
    }
  });

  it("H44 refuses forks that it does not know, and answers that contradict each other", async () => {
    const { stateRoot } = serveState(server(), STATE);
    const served = server().answers.get("/eth/v2/beacon/blocks/");
    server().answers.set("/eth/v2/beacon/blocks/", (question) => {
      const answer = typeof served === "function" ? served(question) : undefined;
      if (typeof answer !== "object" || !("json" in answer)) throw new Error("there is no such answer");
      return { json: { ...(answer.json as object), version: "gloas" } };
    });
    expect(await failureOf(find())).to.contain(
      "is of a fork whose rules are not known here, as those of electra and fulu are (got gloas)",
    );

    serveState(server(), STATE);
    const other = `0x${"77".repeat(32)}`;
    server().answers.set("/root", { json: { data: { root: other } } });
    expect(await failureOf(find())).to.contain("contradicts itself on slot 7199");
    expect(await failureOf(requireSameState(node(), { slot: SLOT, stateRoot }))).to.contain(
      `has another state at slot 7199 than before, which was ${stateRoot} (got ${other})`,
    );
  });

  it("reads all that a state has of validators, many at a time, with POST", async () => {
    const exited = validatorOf(2, { isSlashed: true, exitEpoch: 3n, withdrawableEpoch: 9_000n, balanceGwei: 5n });
    const foreign = validatorOf(3, { withdrawalCredentials: FOREIGN });
    serveState(server(), { ...STATE, validators: [validatorOf(1), exited, foreign] });
    const keys = [1, 2, 3, 4].map(pubkeyOf);
    const found = await fetchStateValidators(node(), SLOT, keys);
    expect([...found.values()]).to.deep.equal([validatorOf(1), exited, foreign]);
    expect(server().asked).to.have.lengthOf(1);
    expect(server().asked[0]).to.deep.include({ method: "POST", body: { ids: keys } });
    expect(await fetchStateValidators(node(), SLOT, [])).to.deep.equal(new Map());
    expect(server().asked).to.have.lengthOf(1);
  });

  it("asks with GET, some at a time, where a node knows no POST", async () => {
    serveState(server(), { ...STATE, validators: [validatorOf(1)] });
    const served = server().answers.get("/validators");
    server().answers.set("/validators", (question) => {
      if (question.method === "POST") return { status: 405, json: { code: 405, message: "no such method" } };
      return typeof served === "function" ? served(question) : "hang";
    });
    const strangers = Array.from({ length: 70 }, (_, i): Hex => `0x${String(i).padStart(96, "0")}`);
    const found = await fetchStateValidators(node(), SLOT, [...strangers, pubkeyOf(1)]);
    expect([...found.values()]).to.deep.equal([validatorOf(1)]);
    expect(server().asked.map(({ method, query }) => [method, query.getAll("id").length])).to.deep.equal([
      ["POST", 0],
      ["GET", 64],
      ["GET", 7],
    ]);
  });

  it("takes no validator that it did not ask for, nor one twice", async () => {
    serveState(server(), { ...STATE, validators: [validatorOf(1), validatorOf(1)] });
    const problem = `tells of a validator that nobody asked for, or twice of one (got ${pubkeyOf(1)})`;
    expect(await failureOf(fetchStateValidators(node(), SLOT, [pubkeyOf(1)]))).to.contain(problem);
    serveState(server(), { ...STATE, validators: [validatorOf(1)] });
    const served = server().answers.get("/validators");
    server().answers.set("/validators", (question) =>
      typeof served === "function" ? served({ ...question, body: { ids: [pubkeyOf(1)] } }) : "hang",
    );
    expect(await failureOf(fetchStateValidators(node(), SLOT, [pubkeyOf(2)]))).to.contain(problem);
  });

  it("reads the queue of deposits in its order", async () => {
    const pendingDeposits = [
      { ...depositFor(2), slot: 7n },
      { ...depositFor(1, { credentials: OWN[1], amountGwei: 1n, isValid: false }), slot: 0n },
      { ...depositFor(2), slot: 8n },
    ];
    const { stateRoot } = serveState(server(), { ...STATE, pendingDeposits });
    expect(await fetchPendingDeposits(node(), stateRoot)).to.deep.equal(pendingDeposits);
    server().answers.set("/pending_deposits", { json: { version: "gloas", data: [] } });
    expect(await failureOf(fetchPendingDeposits(node(), stateRoot))).to.contain("(got gloas)");
  });
});
