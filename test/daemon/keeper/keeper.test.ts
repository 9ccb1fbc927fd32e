import { readFileSync } from "node:fs";
import { join } from "node:path";

import { expect } from "chai";
import { keccak256 } from "ethers";

import { RecordInUseError } from "../../../daemon/service/exclusiveDatabase.ts";
import { StuckTransaction } from "../../../daemon/service/pendingTransaction.ts";
import { SpendingStore } from "../../../daemon/service/spendingStore.ts";
import { etherOf } from "../../helpers/accounts.ts";
import { deployRunning, MIN_RUNWAY, poolCluster, RUNWAY } from "../../helpers/clusters.ts";
import { failureOf } from "../../helpers/failure.ts";
import { useSuite } from "../../helpers/isolation.ts";
import { openTestKeeper, useKeepers, type TestKeeper } from "./support/testKeeper.ts";

const GWEI_500 = 500n * 10n ** 9n;
const TABLE = new URL("../../../docs/daemons/monitoring.md", import.meta.url);
/** Of the service that runs a daemon. */
const OF_SERVICE = /_(?:rounds?_|round$|start_|build_|endpoint_|last_round_)/;

describe("keeper", () => {
  useKeepers();
  const suite = useSuite(async () => {
    const deployed = await deployRunning(2);
    await deployed.chain.networkHelpers.mine(RUNWAY - MIN_RUNWAY + 10n);
    return deployed;
  });

  /** A round whose transaction comes second in its block, with an old snapshot. */
  const overtake = async (keeper: TestKeeper): Promise<void> => {
    const { chain, ssvNetwork } = suite();
    const { owner, operatorIds, cluster } = await poolCluster(suite());
    const nonce = await chain.ethers.provider.getTransactionCount(keeper.wallet);
    await chain.provider.request({ method: "evm_setAutomine", params: [false] });
    try {
      const done = keeper.round();
      while ((await chain.ethers.provider.getTransactionCount(keeper.wallet, "pending")) === nonce)
        await new Promise((resolve) => setTimeout(resolve, 20));
      const first = { gasLimit: 1_000_000n, maxFeePerGas: GWEI_500, maxPriorityFeePerGas: GWEI_500 };
      await ssvNetwork.deposit(owner, operatorIds, cluster, { value: 1_000_000_000n, ...first });
      await chain.networkHelpers.mine();
      await done;
    } finally {
      await chain.provider.request({ method: "evm_setAutomine", params: [true] });
    }
  };

  it("shows the metrics of the table, with its labels", async () => {
    const keeper = await openTestKeeper(suite(), { actions: { topUp: {} } });
    await keeper.round();
    const shown = await keeper.metrics.registry.getMetricsAsJSON();
    const found = shown.map(({ name, values }) => {
      const labels = Object.keys(values[0]?.labels ?? {}).sort();
      return `${name} ${labels.join(", ")}`.trim();
    });
    expect(found).to.have.members(documented());
  });

  it("shows no gauge whose value it does not know", async () => {
    const keeper = await openTestKeeper(suite(), { isDryRun: true });
    expect(await keeper.metrics.registry.metrics()).not.to.match(/^pooleth_reserve_wei /m);
    await keeper.round();
    const text = await keeper.metrics.registry.metrics();
    expect(text)
      .to.match(/^pooleth_reserve_wei \d/m)
      .and.to.match(/^pooleth_spent_wei 0$/m);
    expect(text).not.to.match(/^pooleth_wallet_balance_wei /m);
  });

  it("counts gas as spent whatever became of the transaction", async () => {
    const keeper = await openTestKeeper(suite(), { actions: { topUp: {} } });
    const before = await etherOf(suite(), keeper.wallet);
    await overtake(keeper);
    expect(await keeper.metric("transactions_total", { purpose: "topUp", result: "reverted" })).to.equal(1);
    const spent = before - (await etherOf(suite(), keeper.wallet));
    expect([spent > 0n, await keeper.metric("spent_wei")]).to.deep.equal([true, Number(spent)]);
  });

  it("tries less often what is mined and fails again and again", async () => {
    const keeper = await openTestKeeper(suite(), { actions: { topUp: {} } });
    const reverted = () => keeper.metric("transactions_total", { purpose: "topUp", result: "reverted" });
    await overtake(keeper);
    await overtake(keeper);
    expect(await reverted()).to.equal(2);
    await keeper.round();
    expect(keeper.sent).to.deep.equal([]);
    await keeper.round();
    expect([keeper.sent, await reverted()]).to.deep.equal([["topUp"], 2]);
  });

  it("waits for a stuck transaction once in a round, and says that it is stuck", async () => {
    const stuck = new StuckTransaction("transaction", "0x01", "is not mined", "it is waited for again");
    const beforeSending = () => Promise.reject(stuck);
    const actions = { topUp: {}, submitReport: {}, finalizeStale: {} };
    const keeper = await openTestKeeper(suite(), { actions, beforeSending });
    expect(await failureOf(keeper.round())).to.equal(stuck);
    const said = keeper.logged("debug").map(({ msg }) => msg);
    expect(said).to.include(`failed: ${stuck.message}`);
    expect(said).not.to.include("no withdrawal waits");
    expect(await keeper.metric("reserve_wei")).to.be.greaterThan(0);
  });

  it("waits for what was sent before, also where there is nothing to do", async () => {
    const { provider } = suite().chain.ethers;
    const before = await openTestKeeper(suite());
    const { data, wallet } = before;
    await before.close();
    const { chainId } = await provider.getNetwork();
    const fees = { maxFeePerGas: GWEI_500, maxPriorityFeePerGas: 1n };
    const sending = { to: wallet.address, data: "0x", value: 1n };
    const raw = await wallet.signTransaction({ type: 2, chainId, nonce: 0, gasLimit: 21_000n, ...sending, ...fees });
    const store = new SpendingStore(join(data, "spending.sqlite"));
    const unsettled = store.begin({ address: wallet.address, chainId }, { ...sending, purpose: "topUp" }, 0, 21_000n);
    store.addAttempt(unsettled, { hash: keccak256(raw), raw, ...fees });
    store.close();
    const keeper = await openTestKeeper(suite(), { data, wallet });
    await keeper.round();
    expect(await provider.getTransactionCount(wallet)).to.equal(1);
    expect(await keeper.metric("spent_wei")).to.be.greaterThan(0);
  });

  it("takes its data folder for itself until it ends", async () => {
    const keeper = await openTestKeeper(suite());
    const error = await failureOf(openTestKeeper(suite(), { data: keeper.data }));
    expect(error).to.be.instanceOf(RecordInUseError);
    expect(error.message).to.include("run one keeper for each data folder");
    await keeper.close();
    await openTestKeeper(suite(), { data: keeper.data });
  });
});

/** Names and labels of the keeper's metrics as the documentation has them. */
function documented(): string[] {
  const rows = readFileSync(TABLE, "utf8").matchAll(/^\| `(pooleth_\w+)` +\| \w+ +\| (?:both|keeper) +\| ([^|]*)\|/gm);
  return [...rows]
    .map(([, name = "", labels = ""]) => `${name} ${labels.replaceAll("`", "").trim()}`.trim())
    .filter((row) => !OF_SERVICE.test(row));
}
