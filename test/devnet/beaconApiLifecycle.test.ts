import { expect } from "chai";

import { BeaconNode } from "../../clients/beaconNode.ts";
import { hexSchema } from "../../src/units/json.ts";
import { BeaconDevnet } from "./fixture/beaconDevnet.ts";
import { at, BeaconReader, listAt } from "./fixture/beaconReader.ts";
import { sendDeposit } from "./fixture/deposit.ts";

const [WORKING, EXITING, SLASHED, DEPOSITED] = [1, 5, 6, 64];
const SLOTS = 104;
const FULU = { "eth-consensus-version": "fulu" };

describe("Beacon API of the devnet: validators from deposit to withdrawal", function () {
  let devnet: BeaconDevnet;
  let reader: BeaconReader;
  let node: BeaconNode;
  /** For each validator the statuses that it has had, and the slot from which on. */
  const histories = new Map<number, { status: string; slot: number }[]>();

  before(async () => {
    devnet = await BeaconDevnet.start();
    reader = new BeaconReader(devnet);
    node = new BeaconNode({ url: new URL(devnet.addresses.beaconUrl), field: "beacon" });
    await devnet.call("step", { slots: 1 });
    await sendDeposit(devnet.addresses.rpcUrl, await devnet.call("signDeposit", { seed: 7 }));
    await devnet.call("step", { slots: 23 });
    const exit = await devnet.call("signExit", { validator: EXITING, epoch: 3 });
    const slashing = await devnet.call("signSlashing", { validator: SLASHED });
    // Both of one validator: a block may not contain both.
    const exitOfSlashed = await devnet.call("signExit", { validator: SLASHED, epoch: 3 });
    for (const each of [exit, exitOfSlashed])
      expect(await reader.post("/eth/v1/beacon/pool/voluntary_exits", each)).to.include({ status: 200 });
    expect(await reader.post("/eth/v2/beacon/pool/attester_slashings", slashing, FULU)).to.include({ status: 200 });
    expect(await reader.data("/eth/v1/beacon/pool/voluntary_exits")).to.have.length(2);
    expect(await reader.data("/eth/v2/beacon/pool/attester_slashings")).to.deep.equal([slashing]);
    await devnet.call("step", { slots: SLOTS - 24 });

    const ids = [WORKING, EXITING, SLASHED, DEPOSITED];
    for (let slot = 0; slot <= SLOTS; slot++) {
      const { json } = await reader.get(`/eth/v1/beacon/states/${slot}/validators?id=${ids.join()}`);
      for (const row of listAt(json, "data")) {
        const [index, status] = [Number(at(row, "index")), String(at(row, "status"))];
        const history = histories.get(index) ?? [];
        if (history.at(-1)?.status !== status) history.push({ status, slot });
        histories.set(index, history);
      }
    }
  });

  after(async () => devnet.stop());

  it("goes through the statuses of one that deposits, exits or is slashed", () => {
    const statusesOf = (index: number) => histories.get(index)?.map(({ status }) => status);
    expect(statusesOf(WORKING)).to.deep.equal(["active_ongoing"]);
    expect(statusesOf(EXITING)).to.deep.equal([
      "active_ongoing",
      "active_exiting",
      "exited_unslashed",
      "withdrawal_possible",
      "withdrawal_done",
    ]);
    expect(statusesOf(SLASHED)).to.deep.equal(["active_ongoing", "active_slashed", "exited_slashed"]);
    expect(statusesOf(DEPOSITED)).to.deep.equal(["pending_initialized", "pending_queued", "active_ongoing"]);
  });

  it("has what was posted in the next block, and no longer in the pool", async () => {
    const body = at(await reader.data("/eth/v2/beacon/blocks/25"), "message.body");
    expect(listAt(body, "voluntary_exits").map((exit) => at(exit, "message.validator_index"))).to.deep.equal(["5"]);
    expect(at(body, "attester_slashings")).to.have.length(1);
    expect(await reader.data("/eth/v1/beacon/pool/voluntary_exits")).to.deep.equal([]);
    expect(await reader.data("/eth/v2/beacon/pool/attester_slashings")).to.deep.equal([]);
  });

  it("shows a deposit in the queue before its validator is there", async () => {
    const [first] = histories.get(DEPOSITED) ?? [];
    const before = (first?.slot ?? 0) - 1;
    const { json, headers } = await reader.get(`/eth/v1/beacon/states/${before}/pending_deposits`);
    expect(listAt(json, "data").map((each) => at(each, "amount"))).to.deep.equal(["32000000000"]);
    expect(at(json, "version")).to.equal("fulu");
    expect(headers.get("eth-consensus-version")).to.equal("fulu");
    const pubkey = String(at(json, "data.0.pubkey"));
    expect((await reader.get(`/eth/v1/beacon/states/${before}/validators/${pubkey}`)).status).to.equal(404);
    expect(await reader.data(`/eth/v1/beacon/states/head/validators/${pubkey}`)).to.include({ index: "64" });
  });

  it("refuses operations that are void", async () => {
    const exit = await devnet.call("signExit", { validator: WORKING, epoch: 3 });
    const forged = { ...exit, message: { epoch: "3", validator_index: "2" } };
    const post = async (body: unknown) => {
      const { status, json } = await reader.post("/eth/v1/beacon/pool/voluntary_exits", body);
      return `${status} ${String(at(json, "message"))}`;
    };
    expect(await post(forged)).to.match(/^400 .*invalid_signature/);
    expect(await post(await devnet.call("signExit", { validator: EXITING, epoch: 3 }))).to.match(/^400 .*inactive/);
    expect(await post(await devnet.call("signExit", { validator: WORKING, epoch: 99 }))).to.match(/^400 .*early_epoch/);

    const again = await devnet.call("signSlashing", { validator: SLASHED });
    const path = "/eth/v2/beacon/pool/attester_slashings";
    expect(at(await reader.post(path, again, FULU), "json.message")).to.match(/slashes nobody/);
    const vote = at(await devnet.call("signSlashing", { validator: WORKING }), "attestation_1");
    const harmless = { attestation_1: vote, attestation_2: vote };
    expect(at(await reader.post(path, harmless, FULU), "json.message")).to.match(/not slashable/);
    expect(await reader.data(path)).to.deep.equal([]);
  });

  it("tells this project's client who works and who does not", async () => {
    const epoch = BigInt(SLOTS / 8);
    const indices = [BigInt(WORKING), BigInt(DEPOSITED)];
    const expected = new Map([
      [BigInt(WORKING), true],
      [BigInt(DEPOSITED), false],
    ]);
    expect(await node.liveness(epoch - 1n, indices)).to.deep.equal(expected);
    expect(await node.attested(epoch - 2n, indices)).to.deep.equal(expected);
    const tooOld = await node.liveness(epoch - 2n, indices).catch((error: unknown) => String(error));
    expect(tooOld).to.match(/Liveness of epoch 11 is not known/);
  });

  it("tells this project's client the chain, and validators of final states", async () => {
    const { secondsPerSlot, slotsPerEpoch, chainId } = await node.chain();
    expect([secondsPerSlot, slotsPerEpoch, chainId]).to.deep.equal([12n, 8n, 31_337n]);
    expect(await node.finalizedEpoch("head")).to.equal(11n);
    const row = await reader.data(`/eth/v1/beacon/states/head/validators/${EXITING}`);
    const pubkey = hexSchema(48).parse(at(row, "validator.pubkey"));
    const statusIn = async (state: bigint | "head" | "finalized") =>
      (await node.validators(state, [pubkey])).get(pubkey);
    expect(await statusIn("head")).to.include({ index: 5n, status: "withdrawal_done" });
    const final = histories.get(EXITING)?.findLast(({ slot }) => slot <= 11 * 8);
    expect(await statusIn("finalized")).to.deep.equal(await statusIn(88n));
    expect(await statusIn("finalized")).to.include({ status: final?.status });
  });

  it("accounts for a proposer's balance", async () => {
    const slot = SLOTS - 3;
    const block = await reader.data(`/eth/v2/beacon/blocks/${slot}`);
    const proposer = String(at(block, "message.proposer_index"));
    const balanceAt = async (state: number) =>
      Number(at(await reader.data(`/eth/v1/beacon/states/${state}/validators/${proposer}`), "balance"));
    const total = Number(at(await reader.data(`/eth/v1/beacon/rewards/blocks/${slot}`), "total"));
    const sync = await reader.post(`/eth/v1/beacon/rewards/sync_committee/${slot}`, [proposer]);
    const withdrawals = listAt(block, "message.body.execution_payload.withdrawals");
    const own = withdrawals.filter((each) => at(each, "validator_index") === proposer);
    const earned = total + sum(listAt(sync, "json.data"), "reward") - sum(own, "amount");
    expect(total).to.be.greaterThan(0);
    expect((await balanceAt(slot)) - (await balanceAt(slot - 1))).to.equal(earned);
  });

  it("gives nobody's rewards if only strangers are asked for", async () => {
    const { json } = await reader.post("/eth/v1/beacon/rewards/attestations/5", ["9999"]);
    expect(at(json, "data.total_rewards")).to.deep.equal([]);
  });

  it("computes an old state once for all who ask, and lets other work go on", async () => {
    const { isSame, turns } = await devnet.call("readOften", { slot: 20 });
    expect(isSame).to.equal(true);
    expect(turns).to.be.greaterThan(10);
  });

  it("stays small", async () => {
    expect(await devnet.call("memory")).to.be.lessThan(180);
  });
});

function sum(rows: readonly unknown[], field: string): number {
  return rows.reduce((total: number, row) => total + Number(at(row, field)), 0);
}
