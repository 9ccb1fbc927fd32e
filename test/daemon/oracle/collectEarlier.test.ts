import { expect } from "chai";
import { pino } from "pino";

import type { CollectedReport } from "../../../daemon/oracle/reportRecord.ts";
import type { StateValidator } from "../../../src/oracle/beaconState.ts";
import { serveSuite } from "../../helpers/observedPool.ts";
import { memberContext } from "../../helpers/oracleMember.ts";
import { applyReport, nextRefSlot } from "../../helpers/report.ts";
import { conserved, GWEI, refusal, STAKE_GWEI, useCollecting } from "./fixture/collecting.ts";

describe("collectReport, the state before", () => {
  const { one, other, suite, archive, loseArchive, all, serve, serveBoth, member, collect, first } = useCollecting();

  it("asks the nodes for the state before where the archive lacks it", async () => {
    await first();
    loseArchive();
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
      archive().save(collected);
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
      archive().save(await collect(suite().refSlot));
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
      loseArchive();
      const slot = await nextRefSlot(suite());
      await serveBoth(truth(), all(), slot);
      const { before, receivedWei } = conserved(await collect(slot));
      expect({ before, receivedWei }).to.deep.equal({ before: "beacon node", receivedWei: 7n });
    });
  });
});
