import { expect } from "chai";

import { changeAnswer, jsonOf } from "../../helpers/changedAnswers.ts";
import { serveSuite } from "../../helpers/observedPool.ts";
import { memberContext } from "../../helpers/oracleMember.ts";
import { applyReport, nextRefSlot } from "../../helpers/report.ts";
import { conserved, GWEI, refusal, STAKE_GWEI, useCollecting } from "./fixture/collecting.ts";

const EARNED = 20_000_000n;

describe("collectReport", () => {
  const { one, other, suite, at, all, serve, member, collect, first, payOut } = useCollecting();

  it("H45 collects the first report, shows it in the units that metrics name, and says what was made sure of", async () => {
    const { refSlot, accounting } = suite();
    const context = member();
    await serve({ validators: all({}, 4) }, refSlot);
    const collected = await collect(refSlot, [], context);
    expect(collected.agreed).to.deep.equal([one().url, other().url].map((url) => new URL(url).host));
    expect(collected.report).to.include({ refSlot, validatorsGwei: 4n * STAKE_GWEI, stakedKeys: 4n });
    expect(collected.conservation).to.have.property("kind", "first");
    await applyReport(suite(), collected.report);
    expect((await accounting.lastReport()).refSlot).to.equal(refSlot);

    const text = await context.metrics.registry.metrics();
    for (const line of [
      `pooleth_report_reference_slot ${refSlot}`,
      "pooleth_validators_balance_gwei 128000000000",
      "pooleth_pending_balance_gwei 0",
      "pooleth_vaults_received_wei 0",
      'pooleth_keys_count{state="active"} 4',
      'pooleth_keys_count{state="stakedLater"} 1',
      "pooleth_keys_missing_count 0",
      "pooleth_conservation_residue_gwei 0",
      "pooleth_agreeing_nodes_count 2",
    ])
      expect(text.split("\n")).to.include(line);
  });

  it("explains the next report by stake, pay-outs, tips and rewards", async () => {
    await first();
    const { chain, rewardsVault } = suite();
    const paid = await payOut(15_000_000n);
    await chain.networkHelpers.setBalance(await rewardsVault.getAddress(), 7n);
    await suite().withdrawalVault.collect();
    const slot = await nextRefSlot(suite());
    await serve({ validators: all({ balanceGwei: STAKE_GWEI + EARNED - 15_000_000n }) }, slot);
    const { change, vaults, before } = conserved(await collect(slot, [paid]));
    expect(before).to.equal("archive");
    expect(change).to.include({ stakedGwei: STAKE_GWEI, sweptGwei: 15_000_000n, earnedGwei: EARNED, residueGwei: 0n });
    expect(vaults).to.deep.equal(
      [
        ...[
          { vault: "withdrawal", receivedWei: 15_000_000n * GWEI, sweptWei: 15_000_000n * GWEI, beyondSweepsWei: 0n },
        ],
        ...[{ vault: "rewards", receivedWei: 7n, sweptWei: 0n, beyondSweepsWei: 7n }],
      ].map((vault) => ({ ...vault, feeBlocks: 0 })),
    );
  });

  it("H76 refuses where two nodes disagree, and names them and the field", async () => {
    const { refSlot } = suite();
    await serve({ validators: all({}, 4) }, refSlot);
    await serveSuite(other(), suite(), refSlot, { validators: all({ balanceGwei: STAKE_GWEI + 1n }, 4) });
    const { reason, field, message } = await refusal(collect(refSlot));
    expect({ reason, field }).to.deep.equal({ reason: "disagreement", field: "stateRoot" });
    for (const { url } of [one(), other()]) expect(message).to.contain(new URL(url).host);
    // The same root with other balances.
    await serve({ validators: all({}, 4) }, refSlot);
    const served = other().answers.get("/validators");
    other().answers.set("/validators", (question) => {
      const answer = typeof served === "function" ? served(question) : served;
      return JSON.parse(JSON.stringify(answer).replace(`"${STAKE_GWEI}"`, `"${STAKE_GWEI + 1n}"`)) as { json: unknown };
    });
    expect(await refusal(collect(refSlot))).to.include({ reason: "disagreement", field: "validatorsGwei" });
  });

  it("H76 refuses where one node says something else of a key, though the sums are the same", async () => {
    const { refSlot } = suite();
    const leaving = { exitEpoch: 1n, withdrawableEpoch: 99_999n };
    await serve({ validators: all(leaving, 4) }, refSlot);
    // One that is on its way out is said to be gone.
    changeAnswer(one(), "/validators", (answer) => ({
      json: JSON.parse(JSON.stringify(jsonOf(answer)).replace('"99999"', '"2"')) as unknown,
    }));
    const { reason, field, message } = await refusal(collect(refSlot));
    expect({ reason, field }).to.deep.equal({ reason: "disagreement", field: `key ${at(0).pubkey}` });
    expect(message).to.contain("withdrawableEpoch 2").and.to.contain("withdrawableEpoch 99999");
  });

  it("leaves a node out that fails only where enough others agree", async () => {
    const { refSlot } = suite();
    await serve({ validators: all({}, 4) }, refSlot);
    one().answers.set("/eth/v1/beacon/genesis", { status: 503, json: {} });
    const alone = await collect(refSlot, [], memberContext([one(), other()], 1));
    expect(alone.agreed).to.deep.equal([new URL(other().url).host]);
    expect(alone.failed.map(({ host }) => host)).to.deep.equal([new URL(one().url).host]);
    const { reason, message } = await refusal(collect(refSlot));
    expect(reason).to.equal("too_few_nodes");
    expect(message).to.contain("HTTP status 503");
  });

  it("H44 refuses a state of a fork whose rules it does not know", async () => {
    const { refSlot } = suite();
    await serve({ validators: all({}, 4) }, refSlot);
    for (const server of [one(), other()])
      changeAnswer(server, "/eth/v2/beacon/blocks/", (answer) => ({ json: { ...jsonOf(answer), version: "gloas" } }));
    const { reason, message } = await refusal(collect(refSlot));
    expect(reason).to.equal("too_few_nodes");
    expect(message).to.contain("is of a fork whose rules are not known here");
  });

  it("H79 refuses where a node leaves a key out, and counts it as missing", async () => {
    const { refSlot } = suite();
    await serve({ validators: all({}, 4).slice(1) }, refSlot);
    const context = member();
    expect(await refusal(collect(refSlot, [], context))).to.include({ reason: "keys", field: "key" });
    expect(await context.metrics.registry.metrics()).to.contain("pooleth_keys_missing_count 1");
  });

  it("refuses a loss that the contract would refuse", async () => {
    const { refSlot } = suite();
    await serve({ validators: all({ balanceGwei: GWEI }, 4) }, refSlot);
    const { reason, message } = await refusal(collect(refSlot));
    expect(reason).to.equal("bounds");
    expect(message).to.contain("would be refused with ReportedLossAboveLimit");
  });

  it("refuses a slot that was reported, and a preset of another chain", async () => {
    await first();
    expect(await refusal(collect(suite().refSlot))).to.include({ reason: "bounds", field: "refSlot" });
    const context = member();
    const wrong = { ...context, config: { preset: "minimal" as const } };
    expect(await refusal(collect(suite().refSlot, [], wrong))).to.include({ reason: "beacon_node", field: "preset" });
  });
});
