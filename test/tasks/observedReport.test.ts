import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";

import { expect } from "chai";
import { JsonRpcProvider } from "ethers";

import { readCeremony } from "../../clients/ceremonyFolder.ts";
import { blockAtTime } from "../../clients/blocks.ts";
import { beaconUrl } from "../../clients/beaconHttp.ts";
import { BeaconNode } from "../../clients/beaconNode.ts";
import { connectPool } from "../../clients/pool.ts";
import { fetchSlotClock } from "../../clients/report.ts";
import { LOCAL } from "../../src/consensus/network.ts";
import { timeOfSlot } from "../../src/oracle/frames.ts";
import type { Report } from "../../src/oracle/messages.ts";
import { planReport } from "../../tasks/commands/report.ts";
import { InputError } from "../../tasks/input.ts";
import { findSender } from "../../tasks/signers.ts";
import { carryOut } from "../../tasks/transaction.ts";
import { useBeaconServer } from "../helpers/beaconServer.ts";
import { startNode, type RunningNode } from "../helpers/commandLine.ts";
import { useSuite } from "../helpers/isolation.ts";
import { connectObserved, deployObserved, pendingAt, serveSuite, validatorAt } from "../helpers/observedPool.ts";
import { serveState } from "../helpers/servedState.ts";
import { createTaskRunner } from "../helpers/taskRunner.ts";
import { fakeTerminal } from "../helpers/terminal.ts";

const GWEI = 10n ** 9n;
const STAKE_GWEI = 32n * GWEI;

describe("oracle report with a beacon node", () => {
  const server = useBeaconServer();

  describe("planReport", () => {
    const suite = useSuite(deployObserved);

    /** Proposes a report of a chain on which the first three validators have earned, and the fourth key waits. */
    const plan = async (fields: Partial<Report> = {}, listsKeys = false) => {
      const { ceremony, chain, members, refSlot } = suite();
      const validators = [0, 1, 2].map((i) => validatorAt(ceremony, i, { balanceGwei: STAKE_GWEI + 1_000_000n }));
      await serveSuite(server(), suite(), refSlot, { validators, pendingDeposits: [pendingAt(ceremony, 3)] });
      const opened = {
        ...{ connection: chain, chainId: LOCAL.chainId, isLocal: true },
        ...(await connectObserved(suite())),
      };
      const node = new BeaconNode({ url: beaconUrl(server().url, "beacon-node"), field: "beacon-node" });
      const beacon = { node, chain: await node.chain() };
      const sender = await findSender(opened, undefined);
      return planReport(opened, { sender, members: members.slice(0, 3), fields, beacon, listsKeys });
    };

    it("takes all figures from the node, and shows what they rest on", async () => {
      const { report, observed } = (await plan()).details;
      expect(report).to.deep.include({
        refSlot: suite().refSlot,
        validatorsGwei: 3n * (STAKE_GWEI + 1_000_000n),
        pendingGwei: STAKE_GWEI,
        stakedKeys: 4,
        activeKeys: 4,
      });
      expect(observed).to.deep.include({
        blockSlot: suite().refSlot,
        groups: [
          { state: "active", keys: 3, validatorsGwei: 3n * (STAKE_GWEI + 1_000_000n), pendingGwei: 0n },
          { state: "pending", keys: 1, validatorsGwei: 0n, pendingGwei: STAKE_GWEI },
          { state: "stakedLater", keys: 1, validatorsGwei: 0n, pendingGwei: 0n },
        ],
      });
      expect(observed).not.to.have.property("stakes");
    });

    it("lists each key where somebody wants to look at them", async () => {
      const { stakes } = (await plan({}, true)).details.observed as { stakes: unknown[] };
      const { keys } = suite().ceremony;
      expect(stakes).to.have.lengthOf(5);
      expect(stakes[3]).to.deep.equal({
        pubkey: keys[3]?.pubkey,
        state: "pending",
        stakedGwei: STAKE_GWEI,
        validatorsGwei: 0n,
        pendingGwei: STAKE_GWEI,
        validatorIndex: null,
      });
      expect(stakes[0]).to.deep.include({ state: "active", validatorIndex: 100n });
    });

    it("proposes a report that the contract takes", async () => {
      const applied = await carryOut(await plan(), { dryRun: false, yes: true }, fakeTerminal());
      expect(applied).to.include({ refSlot: suite().refSlot, rewardsWei: 3_000_000n * GWEI });
    });

    it("refuses figures that the nodes contradict, naming both, and takes those that they bear out", async () => {
      for (const [fields, message] of [
        [
          { validatorsGwei: 1n },
          `validatorsGwei contradicts what the nodes show, ${3n * (STAKE_GWEI + 1_000_000n)} (got 1)`,
        ],
        [{ lostKeys: 1n }, "lostKeys contradicts what the nodes show, 0 (got 1)"],
        [{ stakedWei: 0n }, `stakedWei contradicts what the nodes show, ${4n * STAKE_GWEI * GWEI} (got 0)`],
      ] as const) {
        const error: unknown = await plan(fields).catch((caught: unknown) => caught);
        expect(error).to.be.instanceOf(InputError).with.property("message").that.contains(message);
      }
      const fields = { refSlot: suite().refSlot, pendingGwei: STAKE_GWEI, activeKeys: 4n };
      expect((await plan(fields)).details.report).to.deep.include({ pendingGwei: STAKE_GWEI, activeKeys: 4 });
      // How many requests are paid is for the members to say.
      expect((await plan({ finalizeUpTo: 7n })).details.report).to.deep.include({ finalizeUpTo: 7n });
    });
  });

  describe("on the command line", () => {
    let running: RunningNode;
    let folder: string;

    before(async () => {
      running = await startNode();
      folder = mkdtempSync(join(tmpdir(), "pooleth-"));
    });
    after(async () => {
      rmSync(folder, { recursive: true });
      await running.stop("SIGTERM");
    });

    it("collects, shows and applies a report", async () => {
      const run = await createTaskRunner(running);
      const call = async (id: string, args: Record<string, unknown> = {}) => {
        const { success, stdout, stderr } = await run(id, { ...args, json: true });
        expect(success, `${id}: ${stderr}`).to.equal(true);
        return JSON.parse(stdout) as Record<string, Record<string, unknown>>;
      };
      const dir = join(folder, "ceremony");
      await call("pool deposit", { amount: "70", yes: true });
      await call("local ceremony", { out: dir, count: "2" });
      await call("validators register", { dir, yes: true });
      await call("validators activate", { dir, yes: true });
      const slot = BigInt((await call("local advance")).refSlot as unknown as string);

      const status = JSON.stringify(await call("pool status"));
      const address = /"poolETH": ?"(0x[0-9a-fA-F]{40})"/.exec(status)?.[1] ?? "";
      const provider = new JsonRpcProvider(running.url, LOCAL.chainId, { staticNetwork: true });
      const { accounting } = await connectPool(provider, address);
      const clock = await fetchSlotClock(accounting);
      const number = await blockAtTime(provider, timeOfSlot(clock, slot));
      const hash = (await provider.getBlock(number))?.hash ?? "0x";
      const ceremony = readCeremony(dir, LOCAL);
      const validators = [0, 1].map((i) => validatorAt(ceremony, i, { balanceGwei: STAKE_GWEI + 5n }));
      serveState(server(), { slot, clock, executionBlock: { number, hash }, validators });
      provider.destroy();

      const args = { beaconNode: server().url };
      const wrong = await run("oracle report", { ...args, validatorsGwei: "64000000000", yes: true, json: true });
      expect(wrong.success).to.equal(false);
      expect(wrong.stderr).to.contain("contradicts what the nodes show, 64000000010 (got 64000000000)");
      const { dryRun, report, observed } = await call("oracle report", { ...args, dryRun: true });
      expect(dryRun).to.equal(true);
      expect(report).to.deep.include({ validatorsGwei: "64000000010", activeKeys: 2 });
      expect(observed?.stakes).to.have.lengthOf(2);
      expect(await call("oracle report", { ...args, yes: true })).to.include({ rewardsWei: "10000000000" });
    });
  });
});
