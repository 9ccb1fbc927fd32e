import { expect } from "chai";
import { parseEther } from "ethers";

import { depositDataRoot } from "../../../src/consensus/deposit.ts";
import type { StateValidator } from "../../../src/oracle/beaconState.ts";
import { gwei } from "../../../src/units/ether.ts";
import { fromHex } from "../../../src/units/hex.ts";
import { IDepositContract__factory } from "../../../typechain-types/index.ts";
import { changeAnswer } from "../../helpers/changedAnswers.ts";
import { applyReport, nextRefSlot } from "../../helpers/report.ts";
import { SLOTS_PER_EPOCH } from "../../helpers/servedState.ts";
import { conserved, GWEI, refusal, STAKE_GWEI, useCollecting } from "./fixture/collecting.ts";

/** Slots of a period of sync committees, 256 epochs: so far apart are the states that are asked for between reports. */
const SLOTS_PER_PERIOD = 8_192n;

describe("collectReport, what came and went between two reports", () => {
  const { one, suite, archive, at, all, serve, member, collect, first, payOut } = useCollecting();

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
    archive().save(collected);
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
    archive().save(collected);
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
});
