import { getClient, WireFormat } from "@lodestar/api";
import { config } from "@lodestar/config/default";
import { expect } from "chai";

import { BeaconDevnet } from "./fixture/beaconDevnet.ts";
import { at, BeaconReader, listAt } from "./fixture/beaconReader.ts";

const MISSED = 20;
/** Slots 40 to 47 are missed. */
const MISSED_EPOCH = 5;
const CLOCK = 66;
const UNKNOWN_ROOT = `0x${"12".repeat(32)}`;
const STATES = "/eth/v1/beacon/states";

describe("Beacon API of the devnet", function () {
  let devnet: BeaconDevnet;
  let reader: BeaconReader;
  let client: ReturnType<typeof getClient>;

  before(async () => {
    devnet = await BeaconDevnet.start();
    reader = new BeaconReader(devnet);
    const globalInit = { responseWireFormat: WireFormat.json };
    client = getClient({ baseUrl: devnet.addresses.beaconUrl, globalInit }, { config });
    await devnet.call("step", { slots: MISSED - 1 });
    await devnet.call("step", { slots: 1, isMissed: true });
    await devnet.call("step", { slots: MISSED_EPOCH * 8 - 1 - MISSED });
    await devnet.call("step", { slots: 8, isMissed: true });
    await devnet.call("step", { slots: CLOCK - 1 - (MISSED_EPOCH + 1) * 8 + 1 });
    await devnet.call("step", { slots: 1, isMissed: true });
  });

  after(async () => devnet.stop());

  const rootOf = async (state: number | string) => String(at(await reader.data(`${STATES}/${state}/root`), "root"));

  it("names states by slot, name and root, those of missed slots too", async () => {
    for (const slot of [0, 7, MISSED, 44, CLOCK - 1, CLOCK]) {
      const root = await rootOf(slot);
      expect(await rootOf(root)).to.equal(root);
      expect(at(await reader.data(`/eth/v2/debug/beacon/states/${root}`), "slot")).to.equal(String(slot));
    }
    const head = await reader.data("/eth/v1/beacon/headers/head");
    expect(await rootOf("head")).to.equal(at(head, "header.message.state_root"));
    expect(await rootOf("head")).to.equal(await rootOf(CLOCK - 1));
    expect(await rootOf("genesis")).to.equal(await rootOf(0));
    expect(await rootOf(MISSED)).not.to.equal(await rootOf(MISSED - 1));
  });

  it("gives states in SSZ that hash to their roots", async () => {
    for (const slot of [3, MISSED, 44, CLOCK]) {
      const { ssz, headers } = await reader.bytes(`/eth/v2/debug/beacon/states/${slot}`);
      expect(headers.get("content-type")).to.equal("application/octet-stream");
      expect(headers.get("eth-consensus-version")).to.equal("fulu");
      expect(await devnet.call("stateRoot", { ssz: ssz.toString("base64") })).to.equal(await rootOf(slot));
    }
  });

  it("gives blocks in JSON and SSZ, and none of missed slots", async () => {
    for (const id of ["head", "19", "genesis", "finalized"]) {
      const root = at(await reader.data(`/eth/v1/beacon/blocks/${id}/root`), "root");
      const { ssz } = await reader.bytes(`/eth/v2/beacon/blocks/${id}`);
      expect(await devnet.call("blockRoot", { ssz: ssz.toString("base64") })).to.equal(root);
      expect(at(await reader.data(`/eth/v1/beacon/headers/${String(root)}`), "root")).to.equal(root);
    }
    for (const slot of [MISSED, 44, CLOCK, CLOCK + 1])
      expect(await reader.get(`/eth/v2/beacon/blocks/${slot}`)).to.deep.include({
        status: 404,
        json: { code: 404, message: `Block not found: ${slot}` },
      });
    const child = await reader.data("/eth/v2/beacon/blocks/21");
    const parent = await reader.data("/eth/v1/beacon/blocks/19/root");
    expect(at(child, "message.parent_root")).to.equal(at(parent, "root"));
    const blinded = at(await reader.data("/eth/v1/beacon/blinded_blocks/21"), "message.body.execution_payload_header");
    expect(at(blinded, "block_hash")).to.equal(at(child, "message.body.execution_payload.block_hash"));
    const attestations = await reader.data("/eth/v2/beacon/blocks/21/attestations");
    expect(attestations).to.deep.equal(at(child, "message.body.attestations"));
    expect(attestations).to.have.length.greaterThan(0);
  });

  it("lists headers by slot and by parent", async () => {
    const slotsOf = async (query: string) =>
      listAt(await reader.get(`/eth/v1/beacon/headers${query}`), "json.data").map((row) =>
        at(row, "header.message.slot"),
      );
    const parent = String(at(await reader.data("/eth/v1/beacon/blocks/19/root"), "root"));
    expect(await slotsOf("")).to.deep.equal([String(CLOCK - 1)]);
    expect(await slotsOf("?slot=19")).to.deep.equal(["19"]);
    expect(await slotsOf(`?slot=${MISSED}`)).to.deep.equal([]);
    expect(await slotsOf(`?parent_root=${parent}`)).to.deep.equal(["21"]);
    expect(await slotsOf(`?parent_root=${UNKNOWN_ROOT}`)).to.deep.equal([]);
  });

  it("goes on to be final after an epoch without blocks, and says what is", async () => {
    const checkpoints = await reader.data(`${STATES}/head/finality_checkpoints`);
    const epoch = Number(at(checkpoints, "finalized.epoch"));
    expect(epoch).to.be.greaterThan(MISSED_EPOCH);
    const isFinal = async (slot: number) => at(await reader.get(`${STATES}/${slot}/root`), "json.finalized");
    expect([await isFinal(epoch * 8), await isFinal(epoch * 8 + 1)]).to.deep.equal([true, false]);
    expect(await rootOf("finalized")).to.equal(await rootOf(epoch * 8));
    const justified = Number(at(checkpoints, "current_justified.epoch"));
    expect(await rootOf("justified")).to.equal(await rootOf(justified * 8));
    const final = at(await reader.data("/eth/v1/beacon/blocks/finalized/root"), "root");
    expect(final).to.equal(at(checkpoints, "finalized.root"));
  });

  it("answers unknown ids with 404, malformed ones with 400, and what it lacks with 501", async () => {
    const unknown = [
      `${STATES}/${UNKNOWN_ROOT}/root`,
      `${STATES}/${CLOCK + 1}/fork`,
      `${STATES}/${"9".repeat(40)}/root`,
    ];
    unknown.push(
      `/eth/v2/beacon/blocks/${UNKNOWN_ROOT}`,
      `${STATES}/head/validators/64`,
      "/eth/v1/node/peers/x",
      "/eth",
    );
    const malformed = [`${STATES}/-1/root`, `${STATES}/0x12/fork`, "/eth/v2/beacon/blocks/tail"];
    malformed.push(
      `${STATES}/head/validators/0x12`,
      `${STATES}/head/validators?id=1,x`,
      `${STATES}/head/validators?status=on`,
    );
    malformed.push(`${STATES}/head/committees?epoch=99`, `${STATES}/head/sync_committees?epoch=999`);
    malformed.push(
      `${STATES}/head/randao?epoch=99`,
      "/eth/v1/events?topics=weather",
      "/eth/v1/validator/duties/proposer/99",
    );
    const lacking = [
      "/eth/v1/beacon/light_client/finality_update",
      "/eth/v1/beacon/blobs/head",
      "/eth/v2/debug/fork_choice",
    ];
    for (const [status, paths] of [
      [404, unknown],
      [400, malformed],
      [501, lacking],
    ] as const)
      for (const path of paths) {
        const answer = await reader.get(path);
        expect(answer.status, path).to.equal(status);
        expect(at(answer.json, "code"), path).to.equal(status);
        expect(at(answer.json, "message"), path).to.be.a("string");
      }
    const bodies = [["1", "12ab"], [`0x${"12".repeat(47)}`]];
    for (const body of bodies)
      expect((await reader.post(`${STATES}/head/validator_balances`, body)).status).to.equal(400);
    const huge = Array.from({ length: 400_000 }, () => "1");
    expect((await reader.post(`${STATES}/head/validator_balances`, huge)).status).to.equal(413);
  });

  it("filters validators the same by GET and POST", async () => {
    const { json } = await reader.get(`${STATES}/head/validators?id=3&id=4,5&status=active`);
    expect(listAt(json, "data").map((row) => at(row, "index"))).to.deep.equal(["3", "4", "5"]);
    const body = { ids: ["3", "4", "5", "9999"], statuses: ["active_ongoing", "exited"] };
    expect((await reader.post(`${STATES}/head/validators`, body)).json).to.deep.equal(json);
    expect(await reader.data(`${STATES}/head/validators?status=pending`)).to.deep.equal([]);
    expect(await reader.data(`${STATES}/head/validators`)).to.have.length(64);
  });

  it("answers Lodestar's client", async () => {
    const balances = (await client.beacon.postStateValidatorBalances({ stateId: "head", validatorIds: [3] })).value();
    expect(balances).to.deep.equal(
      (await client.beacon.getStateValidatorBalances({ stateId: "head", validatorIds: [3] })).value(),
    );
    expect(balances.map(({ index }) => index)).to.deep.equal([3]);
    const identities = (await client.beacon.postStateValidatorIdentities({ stateId: 0, validatorIds: [3] })).value();
    expect(identities.map(({ index, activationEpoch }) => [index, activationEpoch])).to.deep.equal([[3, 0]]);
    const committees = (await client.beacon.getEpochCommittees({ stateId: "head" })).value();
    const members = committees.flatMap(({ validators }) => validators).sort((a, b) => a - b);
    expect(members).to.deep.equal(Array.from({ length: 64 }, (_, i) => i));
    const [duty] = (await client.validator.getAttesterDuties({ epoch: 8, indices: [3] })).value();
    const own = committees.find(({ slot, index }) => slot === duty?.slot && index === duty.committeeIndex);
    expect(own?.validators.indexOf(3)).to.equal(duty?.validatorCommitteeIndex);
    const { validators } = (await client.beacon.getEpochSyncCommittees({ stateId: "head" })).value();
    const member = validators[4] ?? 0;
    const [sync] = (await client.validator.getSyncCommitteeDuties({ epoch: 8, indices: [member] })).value();
    expect(sync?.validatorSyncCommitteeIndices).to.include(4);
    expect((await client.node.getHealth()).status).to.equal(200);
    const syncing = { headSlot: CLOCK - 1, syncDistance: 0, isSyncing: false, isOptimistic: false, elOffline: false };
    expect((await client.node.getSyncingStatus()).value()).to.deep.equal(syncing);
    expect((await client.node.getPeerCount()).value().connected).to.equal(0);
    const [head] = (await client.debug.getDebugChainHeadsV2()).value();
    expect(head?.slot).to.equal(CLOCK - 1);
  });

  it("knows proposers ahead and behind, as blocks have them", async () => {
    for (const slot of [17, 39, CLOCK - 1]) {
      const duties = listAt(await reader.get(`/eth/v1/validator/duties/proposer/${Math.floor(slot / 8)}`), "json.data");
      const duty = duties.find((each) => at(each, "slot") === String(slot));
      const block = await reader.data(`/eth/v2/beacon/blocks/${slot}`);
      expect(at(duty, "validator_index")).to.equal(at(block, "message.proposer_index"));
    }
    const lookahead = listAt(await reader.get(`${STATES}/head/proposer_lookahead`), "json.data");
    const next = listAt(await reader.get("/eth/v1/validator/duties/proposer/9"), "json.data");
    expect(next.map((each) => at(each, "validator_index"))).to.deep.equal(lookahead.slice(8));
  });

  it("tells the configuration with both names of a slot's length", async () => {
    const spec = await reader.data("/eth/v1/config/spec");
    expect(spec).to.include({ SECONDS_PER_SLOT: "12", SLOT_DURATION_MS: "12000", SLOTS_PER_EPOCH: "8" });
    expect(spec).to.include({
      DOMAIN_DEPOSIT: "0x03000000",
      PRESET_BASE: "minimal",
      FAR_FUTURE_EPOCH: `${2n ** 64n - 1n}`,
    });
    const genesis = await reader.data("/eth/v1/beacon/genesis");
    expect(at(genesis, "genesis_fork_version")).to.equal(at(spec, "GENESIS_FORK_VERSION"));
    expect(listAt(await reader.get("/eth/v1/config/fork_schedule"), "json.data")).to.have.length(7);
    expect(await reader.data("/eth/v1/config/deposit_contract")).to.include({ chain_id: "31337" });
    const fork = await reader.data(`${STATES}/head/fork`);
    expect(at(fork, "current_version")).to.equal(at(spec, "FULU_FORK_VERSION"));
  });

  it("finds everything again in its file", async () => {
    expect(await devnet.call("reopen")).to.deep.equal({
      headRoot: at(await reader.data("/eth/v1/beacon/blocks/head/root"), "root"),
      clock: CLOCK,
      aheadRoot: await rootOf(CLOCK),
    });
  });

  it("tells followers of heads and of what becomes final", async () => {
    const topics = "head,block,finalized_checkpoint";
    const aborter = new AbortController();
    const response = await fetch(`${devnet.addresses.beaconUrl}/eth/v1/events?topics=${topics}`, {
      signal: aborter.signal,
    });
    expect(response.headers.get("content-type")).to.equal("text/event-stream");
    await devnet.call("step", { slots: 8 });
    const head = await reader.data("/eth/v1/beacon/headers/head");
    let text = "";
    const decoder = new TextDecoder();
    for await (const chunk of response.body ?? []) {
      text += decoder.decode(chunk as Uint8Array, { stream: true });
      if (text.includes(`"slot":"${CLOCK + 8}"`) && text.includes("event: head\n", text.lastIndexOf("event: block\n")))
        break;
    }
    aborter.abort();
    const events = text
      .trim()
      .split("\n\n")
      .map((event) => event.split("\n"));
    const of = (type: string): unknown[] =>
      events
        .filter(([name]) => name === `event: ${type}`)
        .map(([, data]) => JSON.parse(data?.slice(6) ?? "null") as unknown);
    expect(of("block")).to.have.length(8);
    const last = of("head").at(-1);
    expect(at(last, "block")).to.equal(at(head, "root"));
    expect(at(last, "state")).to.equal(at(head, "header.message.state_root"));
    const final = await reader.data(`${STATES}/head/finality_checkpoints`);
    expect(of("finalized_checkpoint").map((each) => at(each, "epoch"))).to.deep.equal([at(final, "finalized.epoch")]);
    expect(at(of("finalized_checkpoint")[0], "block")).to.equal(at(final, "finalized.root"));
  });
});
