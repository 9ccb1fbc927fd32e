import { expect } from "chai";
import { parseEther } from "ethers";
import { pino } from "pino";

import { ReportArchive } from "../../../daemon/oracle/archive.ts";
import { collectReport } from "../../../daemon/oracle/collect.ts";
import type { CollectedReport, ConservedStake } from "../../../daemon/oracle/reportRecord.ts";
import { ReportRefusal } from "../../../daemon/oracle/reportRefusal.ts";
import { depositDataRoot } from "../../../src/consensus/deposit.ts";
import type { StateValidator } from "../../../src/oracle/beaconState.ts";
import { gwei } from "../../../src/units/ether.ts";
import { fromHex } from "../../../src/units/hex.ts";
import { IDepositContract__factory } from "../../../typechain-types/index.ts";
import { useBeaconServer } from "../../helpers/beaconServer.ts";
import { changeAnswer, jsonOf } from "../../helpers/changedAnswers.ts";
import { useSuite } from "../../helpers/isolation.ts";
import { deployObserved, serveSuite, validatorAt } from "../../helpers/observedPool.ts";
import { memberContext, withPayouts, type PaidOut } from "../../helpers/oracleMember.ts";
import { applyReport, nextRefSlot } from "../../helpers/report.ts";
import type { ServedState } from "../../helpers/servedState.ts";

const GWEI = 10n ** 9n;
const STAKE_GWEI = 32n * GWEI;
const EARNED = 20_000_000n;
const SLOTS_PER_PERIOD = 8_192n;
const SLOTS_PER_EPOCH = 32n;

describe("collectReport", () => {
  const one = useBeaconServer();
  const other = useBeaconServer();
  const suite = useSuite(deployObserved);
  let archive: ReportArchive;

  const at = (position: number, changes: Partial<StateValidator> = {}) =>
    validatorAt(suite().ceremony, position, changes);
  const all = (changes: Partial<StateValidator> = {}, keys = 5) =>
    Array.from({ length: keys }, (_, i) => at(i, i === 0 ? changes : {}));
  const serve = async (state: Partial<ServedState>, slot: bigint) => {
    for (const server of [one(), other()]) await serveSuite(server, suite(), slot, state);
  };
  const member = () => memberContext([one(), other()]);
  const collect = async (slot: bigint, paid: PaidOut[] = [], context = member()) =>
    collectReport(context, await withPayouts(suite(), paid), slot, archive);
  const refusal = async (collecting: Promise<unknown>): Promise<ReportRefusal> => {
    const error: unknown = await collecting.catch((caught: unknown) => caught);
    if (!(error instanceof ReportRefusal)) throw error;
    return error;
  };
  const conserved = ({ conservation }: CollectedReport): ConservedStake => {
    if (conservation.kind !== "conserved") throw new Error("it was the first report");
    return conservation;
  };
  /** Collects, keeps and applies the first report, of four keys. */
  const first = async (): Promise<CollectedReport> => {
    const { refSlot } = suite();
    await serve({ validators: all({}, 4) }, refSlot);
    const collected = await collect(refSlot);
    archive.save(collected);
    await applyReport(suite(), collected.report);
    return collected;
  };
  /** Serves the state of the first report, too: its paths are asked where the later one has none. */
  const serveBoth = async (before: StateValidator[], after: StateValidator[], slot: bigint) => {
    await serve({ validators: before }, suite().refSlot);
    const earlier = [one(), other()].map((server) => new Map(server.answers));
    await serve({ validators: after }, slot);
    for (const [i, server] of [one(), other()].entries())
      for (const part of [...server.answers.keys()])
        changeAnswer(server, part, (found, question) => {
          const old = earlier[i]?.get(part);
          if (typeof found === "string" || !("status" in found) || found.status !== 404 || old === undefined)
            return found;
          return typeof old === "function" ? old(question) : old;
        });
  };
  const payOut = async (amountGwei: bigint, position = 0): Promise<PaidOut> => {
    const { chain, withdrawalVault } = suite();
    const address = await withdrawalVault.getAddress();
    const before = await chain.ethers.provider.getBalance(address);
    await chain.networkHelpers.setBalance(address, before + amountGwei * GWEI);
    const block = await chain.ethers.provider.getBlockNumber();
    return { block, validatorIndex: at(position).index, address, amountGwei };
  };

  beforeEach(() => {
    archive = new ReportArchive(":memory:");
  });
  afterEach(() => {
    archive.close();
  });

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

  it("asks the nodes for the state before where the archive lacks it", async () => {
    await first();
    archive.close();
    archive = new ReportArchive(":memory:");
    const slot = await nextRefSlot(suite());
    await serveBoth(all({}, 4), all(), slot);
    const { change, before } = conserved(await collect(slot));
    expect(before).to.equal("beacon node");
    expect(change).to.include({ stakedGwei: STAKE_GWEI, earnedGwei: 0n });
  });

  describe("where the applied report was not the archived one, or was wrong", () => {
    /** More than a validator earns or loses in a day on this small chain. */
    const WRONG = 2n * GWEI;
    const truth = () => all({}, 4);
    const lie = () => all({ balanceGwei: STAKE_GWEI + WRONG }, 4);
    /** Collects and keeps a first report of what is served, and has the members apply that or another one. */
    const apply = async (served: StateValidator[], changes: Partial<CollectedReport["report"]> = {}) => {
      await serve({ validators: served }, suite().refSlot);
      const collected = await collect(suite().refSlot);
      archive.save(collected);
      await applyReport(suite(), { ...collected.report, ...changes });
    };
    /** A member, and what it logs. */
    const logging = () => {
      const lines: Record<string, unknown>[] = [];
      const write = (line: string) => lines.push(JSON.parse(line) as Record<string, unknown>);
      return { lines, context: { ...member(), log: pino({}, { write }) } };
    };
    const total = 4n * STAKE_GWEI;

    it("H37 asks the nodes, and not an archive of what a node lied about", async () => {
      await apply(lie(), { validatorsGwei: total });
      const slot = await nextRefSlot(suite());
      await serveBoth(truth(), all(), slot);
      const { lines, context } = logging();
      const { change, before } = conserved(await collect(slot, [], context));
      expect(before).to.equal("beacon node");
      expect(change).to.include({ beforeGwei: total, earnedGwei: 0n });
      expect(lines[0]).to.include({
        ...{ msg: "archived report is not the applied one", field: "clBalanceGwei", used: "beacon node" },
        ...{ seen: `${total + WRONG}`, applied: `${total}` },
      });
      // Where they have dropped the state there is nothing but the archive, which does not explain the new one.
      await serve({ validators: all() }, slot);
      expect(await refusal(collect(slot))).to.include({ reason: "conservation", field: "key" });
    });

    it("takes that of several archived ones which was applied", async () => {
      await serve({ validators: truth() }, suite().refSlot);
      archive.save(await collect(suite().refSlot));
      await apply(lie(), { validatorsGwei: total });
      const slot = await nextRefSlot(suite());
      await serve({ validators: all() }, slot);
      const { lines, context } = logging();
      const { change, before } = conserved(await collect(slot, [], context));
      expect(before).to.equal("archive");
      expect(change.beforeGwei).to.equal(total);
      expect(lines).to.deep.equal([]);
    });

    it("H37 goes on from what it saw after others applied a wrong report, and puts that right", async () => {
      await apply(truth(), { validatorsGwei: total + WRONG });
      const slot = await nextRefSlot(suite());
      await serve({ validators: all() }, slot);
      const { lines, context } = logging();
      const { report, conservation } = await collect(slot, [], context);
      expect(conservation).to.include({ kind: "conserved", before: "archive" });
      expect(lines.map(({ msg }) => msg)).to.deep.equal([
        "archived report is not the applied one",
        "applied report differs",
      ]);
      expect(lines[0]).to.include({ used: "archive" });
      await applyReport(suite(), report, suite().members);
      expect((await suite().accounting.lastReport()).clBalanceGwei).to.equal(5n * STAKE_GWEI);
    });

    it("H76 puts right what all members were lied to about, once the nodes show it", async () => {
      await apply(lie());
      const slot = await nextRefSlot(suite());
      await serve({ validators: all() }, slot);
      expect(await refusal(collect(slot))).to.include({ reason: "conservation", field: "key" });
      await serveBoth(lie(), all(), slot);
      expect(await refusal(collect(slot))).to.include({ reason: "conservation", field: "key" });
      await serveBoth(truth(), all(), slot);
      const { lines, context } = logging();
      const { report, conservation } = await collect(slot, [], context);
      expect(conservation).to.include({ kind: "conserved", before: "beacon node" });
      expect(lines[0]).to.include({ msg: "beacon nodes show another state than was archived" });
      await applyReport(suite(), report, suite().members);
      expect((await suite().accounting.lastReport()).clBalanceGwei).to.equal(5n * STAKE_GWEI);
    });

    it("H76 refuses a lie about both states of a single node, against what was archived and applied", async () => {
      await apply(truth());
      const slot = await nextRefSlot(suite());
      await serveBoth(lie(), all({ balanceGwei: STAKE_GWEI + WRONG }), slot);
      expect(await refusal(collect(slot, [], memberContext([one()])))).to.include({ reason: "conservation" });
      // Nor where the other one has dropped the first state.
      await serveSuite(other(), suite(), slot, { validators: all({ balanceGwei: STAKE_GWEI + WRONG }) });
      expect(await refusal(collect(slot))).to.include({ reason: "conservation", field: "key" });
    });

    it("does not hold the state before against what the applied report said of it", async () => {
      const { chain, rewardsVault } = suite();
      await chain.networkHelpers.setBalance(await rewardsVault.getAddress(), 7n);
      // More than the vaults had received by then.
      await apply(truth(), { vaultsReceivedWei: 7n });
      archive.close();
      archive = new ReportArchive(":memory:");
      const slot = await nextRefSlot(suite());
      await serveBoth(truth(), all(), slot);
      const { before, receivedWei } = conserved(await collect(slot));
      expect({ before, receivedWei }).to.deep.equal({ before: "beacon node", receivedWei: 7n });
    });
  });

  it("H31 refuses where a pay-out is missing in the blocks, or in the vault", async () => {
    await first();
    const paid = await payOut(31n * GWEI);
    const slot = await nextRefSlot(suite());
    await serve({ validators: all({ balanceGwei: GWEI }) }, slot);
    expect(conserved(await collect(slot, [paid])).change.sweptGwei).to.equal(31n * GWEI);
    const context = member();
    const missing = await refusal(collect(slot, [], context));
    expect(missing).to.include({ reason: "conservation", field: "key" });
    expect(missing.message).to.contain(at(0).pubkey.slice(0, 50));
    const text = await context.metrics.registry.metrics();
    expect(text).to.match(/pooleth_conservation_residue_gwei -30\d{9}\n/);

    await suite().chain.networkHelpers.setBalance(await suite().withdrawalVault.getAddress(), 0n);
    const wrong = await nextRefSlot(suite());
    await serve({ validators: all({ balanceGwei: GWEI }) }, wrong);
    expect(await refusal(collect(wrong, [paid]))).to.include({ reason: "vaults", field: "withdrawal vault" });
  });

  it("H33 counts a stranger's deposit for a key, and refuses without its log", async () => {
    await first();
    const { poolETH, deployer, ceremony } = suite();
    const { pubkey } = at(0);
    const { withdrawalCredentials } = ceremony;
    const signature = `0x${"11".repeat(96)}` as const;
    const entry = { pubkey, withdrawalCredentials, signature, amountGwei: GWEI, slot: suite().refSlot + 1n };
    const slot = async () => {
      const next = await nextRefSlot(suite());
      await serve({ validators: all(), pendingDeposits: [entry] }, next);
      return next;
    };
    expect(await refusal(collect(await slot()))).to.include({ reason: "conservation", field: "key" });

    const root = depositDataRoot({
      pubkey: fromHex(pubkey, "pubkey"),
      withdrawalCredentials: fromHex(withdrawalCredentials, "credentials"),
      signature: fromHex(signature, "signature"),
      amount: gwei(GWEI),
    });
    const contract = IDepositContract__factory.connect(await poolETH.DEPOSIT_CONTRACT(), deployer);
    await contract.deposit(pubkey, withdrawalCredentials, signature, root, { value: parseEther("1") });
    expect(conserved(await collect(await slot())).change).to.include({ depositedGwei: GWEI, earnedGwei: 0n });
  });

  /** A validator of the pool's that takes consolidations. */
  const compounding = (changes: Partial<StateValidator> = {}): Partial<StateValidator> => {
    const { withdrawalCredentials } = suite().ceremony;
    return { withdrawalCredentials: `0x02${withdrawalCredentials.slice(4)}`, ...changes };
  };
  /** Has a node tell that validators wait to be added to another one, in one state or in all. */
  const serveConsolidations = (sources: readonly bigint[], target: bigint, states = "") => {
    const data = sources.map((source) => ({ source_index: `${source}`, target_index: `${target}` }));
    one().answers.set(`${states}/pending_consolidations`, { json: { data } });
    changeAnswer(one(), "/validators", (served, { query }) => {
      const index = query.get("id") ?? "";
      if (!sources.some((source) => index === `${source}`)) return served;
      return { json: { data: [{ index, validator: { effective_balance: `${STAKE_GWEI}` } }] } };
    });
  };

  it("takes what came by a consolidation that waited in the state before", async () => {
    const { refSlot } = suite();
    await serve({ validators: all(compounding(), 4) }, refSlot);
    serveConsolidations([7n], at(0).index);
    const collected = await collect(refSlot);
    expect(collected.consolidations).to.deep.equal([{ source: 7n, target: at(0).index, mostGwei: STAKE_GWEI }]);
    archive.save(collected);
    await applyReport(suite(), collected.report);

    const slot = await nextRefSlot(suite());
    one().answers.delete("/pending_consolidations");
    await serve({ validators: all(compounding({ balanceGwei: 2n * STAKE_GWEI })) }, slot);
    expect(conserved(await collect(slot)).change.earnedGwei).to.equal(STAKE_GWEI);
  });

  it("takes what came by a consolidation that neither state knows, after days without a report", async () => {
    const { refSlot } = suite();
    await serve({ validators: all(compounding(), 4) }, refSlot);
    const collected = await collect(refSlot);
    archive.save(collected);
    await applyReport(suite(), collected.report);
    await nextRefSlot(suite());
    await nextRefSlot(suite());
    const slot = await nextRefSlot(suite());
    await serve({ validators: all(compounding({ balanceGwei: 2n * STAKE_GWEI })) }, slot);
    // In the second of the states that are 256 epochs apart; one of them waits still, and has moved nothing.
    serveConsolidations([8n], at(0).index);
    serveConsolidations([7n, 8n], at(0).index, `/states/${refSlot + 2n * SLOTS_PER_PERIOD}`);
    const { change, flows } = conserved(await collect(slot));
    expect(change.earnedGwei).to.equal(STAKE_GWEI);
    expect(flows.flows.get(at(0).pubkey)?.consolidatedGwei).to.equal(STAKE_GWEI);
  });

  it("H59 refuses consolidations that cannot be: out of the pool's validators, or into 0x01 credentials", async () => {
    const { refSlot } = suite();
    await serve({ validators: all(compounding(), 4) }, refSlot);
    serveConsolidations([at(1).index], 7n);
    expect((await refusal(collect(refSlot))).message).to.contain("into another one, which its vault never asks");
    serveConsolidations([7n], at(1).index);
    const { reason, message } = await refusal(collect(refSlot));
    expect(reason).to.equal("beacon_node");
    expect(message).to.contain("is said to get a consolidation, which takes 0x02 credentials");
  });

  it("asks for sync committees that neither state knows, after days without a report", async () => {
    await first();
    const { refSlot } = suite();
    let slot = refSlot;
    while (slot / SLOTS_PER_PERIOD < refSlot / SLOTS_PER_PERIOD + 3n) slot = await nextRefSlot(suite());
    await serve({ validators: all() }, slot);
    const usual = conserved(await collect(slot)).change.mostGwei / 5n;
    await serve({ validators: all({ balanceGwei: STAKE_GWEI + usual + 1_000n }) }, slot);
    const between = (refSlot / SLOTS_PER_PERIOD + 2n) * SLOTS_PER_PERIOD;
    const validators = Array.from({ length: 512 }, () => `${at(0).index}`);
    one().answers.set(`/states/${between}/sync_committees`, { json: { data: { validators } } });
    const { change, flows } = conserved(await collect(slot));
    expect(flows.flows.get(at(0).pubkey)?.syncSlots).to.equal(512n * SLOTS_PER_PERIOD);
    expect(change).to.include({ earnedGwei: usual + 1_000n, residueGwei: 0n });
  });

  it("takes what inactivity costs on after a leak that ended before the state before, and no more", async () => {
    await first();
    const slot = await nextRefSlot(suite());
    await serve({ validators: all() }, slot);
    const { leastGwei } = conserved(await collect(slot)).change;
    const losing = (gwei: bigint) =>
      serve({ validators: all({ balanceGwei: STAKE_GWEI + leastGwei / 5n - gwei }) }, slot);
    const from = suite().refSlot / SLOTS_PER_EPOCH;
    /** Has the chain be final, but for a leak up to some epochs before the state before. */
    const leak = (epochs: bigint, ended: bigint) => {
      const last = from - ended;
      const finalityAt = (epoch: bigint) =>
        epoch > last - epochs - 5n && epoch <= last ? last - epochs - 6n : epoch - 2n;
      changeAnswer(one(), "/finality_checkpoints", (served, { path }) => {
        const state = /states\/(\d+)\//.exec(path)?.[1];
        if (state === undefined) return served;
        return { json: { data: { finalized: { epoch: `${finalityAt(BigInt(state) / SLOTS_PER_EPOCH)}` } } } };
      });
    };
    await losing(10n);
    leak(0n, 1n);
    expect(await refusal(collect(slot))).to.include({ reason: "conservation", field: "key" });
    // Scores of 160, which fall by 12 in each of 10 epochs before the first state, and then 28, 16 and 4 are left.
    await losing(10n);
    leak(40n, 10n);
    const { flows } = conserved(await collect(slot));
    expect(flows.inactivityScores).to.equal(28n + 16n + 4n);
    const most = (STAKE_GWEI * 48n) / 2n ** 26n + 1n;
    await losing(most);
    leak(40n, 10n);
    expect(conserved(await collect(slot)).change.residueGwei).to.equal(0n);
    await losing(most + 1n);
    leak(40n, 10n);
    expect(await refusal(collect(slot))).to.include({ reason: "conservation", field: "key" });
    await losing(10n);
    leak(40n, 14n);
    expect(await refusal(collect(slot))).to.include({ reason: "conservation", field: "key" });
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
