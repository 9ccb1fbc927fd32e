import { mkdirSync, readdirSync, readFileSync, symlinkSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { Script } from "node:vm";

import { expect } from "chai";
import { toBeHex } from "ethers";

import { fetchClusterSnapshot } from "../../clients/ownerEvents.ts";
import { LOCAL_ACCOUNTS } from "../../deploy/local.ts";
import { NEW_CLUSTER } from "../../src/ssv/cluster.ts";
import { ISSVNetwork__factory, ISSVNetworkViews__factory } from "../../typechain-types/index.ts";
import { dataOf, labelsOf, runCharts, scriptsOf } from "../helpers/chartScript.ts";
import { useLocalTasks } from "../helpers/localTasks.ts";

const IDS = [1n, 2n, 3n, 4n];
const [FEE, RAISED] = [1_770_000_000n, 1_900_000_000n];
const RATE = 4n * FEE + 3_366_600_000n;
const [DAY, THRESHOLD, WEEK] = [7_200n, 42_960n, 604_800];
const POLICY =
  "default-src 'none'; style-src 'unsafe-inline'; script-src 'unsafe-inline'; base-uri 'none'; form-action 'none'";

interface Data {
  readonly blockNumber: number;
  readonly minRunwayBlocks: string;
  readonly clusters: {
    readonly operators: string[];
    readonly exactFromBlock: number;
    readonly points: Record<string, string | number | null>[];
    readonly changes: Record<string, string | number>[];
  }[];
}

describe("pages of clusters", () => {
  const local = useLocalTasks();
  let service: string;

  const address = (name: string): string => local().node.addresses[name] ?? "";
  const path = (name: string): string => join(local().folder, name);
  const network = async (signer: number) =>
    ISSVNetwork__factory.connect(address("ssvNetwork"), await local().chain.getSigner(signer));
  const mine = (blocks: bigint) => local().chain.send("hardhat_mine", [toBeHex(blocks), "0xc"]);
  const snapshot = async (toBlock?: number) => fetchClusterSnapshot(await network(8), service, IDS, { toBlock });

  /** Has a task write a page, and reads it. */
  async function pageOf(task: string, args: Record<string, unknown> = {}): Promise<string> {
    const html = path("page.html");
    const { success, stderr } = await local().run(task, { account: service, html, json: true, ...args });
    expect(success, stderr).to.equal(true);
    expect(stderr).to.equal(`wrote ${html}\n`);
    return readFileSync(html, "utf8");
  }

  before(async () => {
    service = (await local().chain.getSigner(8)).address;
    const [ssv, operators] = [await network(8), await network(LOCAL_ACCOUNTS.ssvOperators)];
    const value = RATE * (THRESHOLD + 40n * DAY);
    await (await ssv.registerValidator(toBeHex(1, 48), IDS, "0x", await snapshot(), { value })).wait();
    await mine(5n * DAY);
    await (await operators.declareOperatorFee(2n, RAISED)).wait();
    await local().chain.send("evm_increaseTime", [WEEK]);
    await (await operators.executeOperatorFee(2n)).wait();
    await mine(3n * DAY);
    await (await ssv.deposit(service, IDS, await snapshot(), { value: 10n ** 15n })).wait();
    await mine(DAY);
  });

  it("carry the history of a cluster, as the views told it at each block", async () => {
    const { blockNumber, minRunwayBlocks, clusters } = dataOf(await pageOf("cluster status")) as Data;
    const [cluster] = clusters;
    const points = cluster?.points ?? [];
    expect(clusters).to.have.lengthOf(1);
    expect(minRunwayBlocks).to.equal(`${14n * DAY}`);
    expect(points.map(({ what }) => what)).to.deep.equal([
      ...["validators added", "just before", "fee of operator 2: 1.9 Gwei", "just before", "paid in", "now"],
    ]);
    expect(cluster?.exactFromBlock).to.equal(points[0]?.blockNumber);

    const views = ISSVNetworkViews__factory.connect(address("ssvNetwork"), local().chain);
    for (const point of points.filter(({ what }) => what !== "just before")) {
      const blockTag = point.blockNumber as number;
      const args = [service, IDS, await snapshot(blockTag), { blockTag }] as const;
      const block = await local().chain.getBlock(blockTag);
      const rate = blockTag === points[0]?.blockNumber ? RATE : RATE + RAISED - FEE;
      const balance = await views.getBalance(...args);
      expect(point).to.deep.include({
        observedAt: `${block?.timestamp ?? 0}`,
        balanceWei: `${balance}`,
        burnRateWeiPerBlock: `${rate}`,
        collateralWei: `${rate * THRESHOLD}`,
        runwayBlocks: `${(balance - rate * THRESHOLD) / rate}`,
      });
    }
    expect(points.at(-1)?.blockNumber).to.equal(blockNumber);
    const [before, paid] = points.slice(3);
    expect(BigInt(paid?.balanceWei as string) - BigInt(before?.balanceWei as string)).to.equal(10n ** 15n);
    expect(cluster?.changes).to.deep.equal([
      {
        ...{ changedAt: points[2]?.observedAt, blockNumber: points[2]?.blockNumber, what: "fee of operator 2" },
        ...{ from: "1.77 Gwei", to: "1.9 Gwei" },
      },
    ]);
  });

  it("draw what they carry, with the least runway and the changes of fees", async () => {
    const page = await pageOf("cluster status");
    const points = (dataOf(page) as Data).clusters[0]?.points ?? [];
    const [balance, runway, ...others] = runCharts(page);
    expect(others).to.deep.equal([]);
    const at = points.map(({ observedAt }) => Number(observedAt));
    // Two points of one block are drawn a millisecond apart.
    const times = at.map((seconds, i) => (seconds === at[i - 1] ? seconds + 0.001 : seconds));
    const ether = (field: string) => points.map((point) => Number(point[field]) / 1e18);
    expect(balance?.columns).to.deep.equal([times, ether("balanceWei"), ether("collateralWei")]);
    const days = points.map(({ runwayBlocks }) => Number(runwayBlocks) / 7_200);
    expect(runway?.columns).to.deep.equal([times, days, points.map(() => 14)]);
    expect(balance?.options.series.map(({ label }) => label)).to.deep.equal(["Time", "Balance", "Liquidation below"]);
    expect(runway?.options.series.map(({ label }) => label)).to.deep.equal(["Time", "Runway", "Short below"]);
    expect(balance?.options.series.map(({ value }) => value(undefined, 86_400.5))).to.deep.equal([
      ...["1970-01-02 00:00 UTC", "86400.500000 ETH", "86400.500000 ETH"],
    ]);
    expect(balance?.options.scales.x.range(undefined, 100_000, 200_000)).to.deep.equal([100_000, 200_000]);
    const span = [times[0] ?? 0, times.at(-1) ?? 0] as const;
    const changedAt = (1_000 * ((times[2] ?? 0) - span[0])) / (span[1] - span[0]);
    for (const chart of [balance, runway])
      expect(chart && labelsOf(chart, span)).to.deep.equal([
        [Math.round(changedAt) - 2, "fee of operator 2: 1.9 Gwei"],
      ]);
    expect(balance && labelsOf(balance, [0, 1])).to.deep.equal([]);
  });

  it("draw a payment of the last block to its end, and a day where there is no more time", async () => {
    const [payer, { address: owner }] = [await network(9), await local().chain.getSigner(9)];
    const value = RATE * (THRESHOLD + 40n * DAY);
    await (await payer.registerValidator(toBeHex(2, 48), IDS, "0x", NEW_CLUSTER, { value })).wait();
    const fresh = await pageOf("cluster status", { account: owner });
    const [point] = (dataOf(fresh) as Data).clusters[0]?.points ?? [];
    const now = Number(point?.observedAt);
    // The library asks for years.
    for (const { options } of runCharts(fresh))
      expect(options.scales.x.range(undefined, now, now + 86_400_000)).to.deep.equal([now - 43_200, now + 43_200]);

    await mine(DAY);
    await (await payer.deposit(owner, IDS, await fetchClusterSnapshot(payer, owner, IDS), { value })).wait();
    const page = await pageOf("cluster status", { account: owner });
    const last = (dataOf(page) as Data).clusters[0]?.points.slice(-2) ?? [];
    expect(last.map(({ what }) => what)).to.deep.equal(["just before", "paid in"]);
    for (const { columns } of runCharts(page)) {
      const [times = []] = columns;
      expect(times.every((seconds, i) => i === 0 || Number(seconds) > Number(times[i - 1]))).to.equal(true);
      expect(times.at(-1)).to.equal(Number(last[0]?.observedAt) + 0.001);
    }
  });

  it("are printed with their tables open", async () => {
    const [details, listeners] = [[{ open: false }, { open: false }], new Map<string, () => void>()];
    runCharts(await pageOf("cluster status"), details, listeners);
    expect(details).to.deep.equal([{ open: false }, { open: false }]);
    listeners.get("beforeprint")?.();
    expect(details).to.deep.equal([{ open: true }, { open: true }]);
  });

  it("need nothing from elsewhere, and forbid it", async () => {
    const page = await pageOf("cluster status");
    expect(page).to.contain(
      `http-equiv="Content-Security-Policy" content="${POLICY}"`.replace(" content", "\n      content"),
    );
    expect(page).not.to.match(/<(?:link|img|iframe|base|object|embed)\b/i);
    expect(page).not.to.match(/\s(?:src|href|srcset|action|on[a-z]+)\s*=\s*["']/i);
    const [styles = ""] = /<style>[\s\S]*?<\/style>/.exec(page) ?? [];
    expect(styles).to.contain(".uplot").and.to.contain("prefers-color-scheme: dark").and.to.contain("@media print");
    expect(styles).not.to.match(/url\(|@import/i);
    const scripts = scriptsOf(page).filter(({ type }) => type === "text/javascript");
    expect(scripts).to.have.lengthOf(2);
    expect(scripts[0]?.text).to.contain("Copyright (c)").and.to.contain("var uPlot=");
    for (const { text } of scripts) expect(() => new Script(text)).not.to.throw();
    expect(page).not.to.contain("{{");
  });

  it("say in tables all that charts and terminal say, with the block and its time", async () => {
    const page = await pageOf("service report");
    const data = dataOf(page) as Data;
    const block = await local().chain.getBlock(data.blockNumber);
    expect(page).to.contain(`<title>Staking service at block ${data.blockNumber}</title>`);
    expect(page).to.contain(`<time>${new Date((block?.timestamp ?? 0) * 1_000).toISOString()}</time>`);
    const captions = [...page.matchAll(/<caption>(.*?)<\/caption>/g)].map(([, caption]) => caption);
    expect(captions).to.deep.equal([
      ...["Figures", "totals", "clusters", "Balance and runway over time", "Changes of fees and terms"],
    ]);
    const { stdout } = await local().run("service report", { account: service });
    const [, missing = ""] = /^ {2}missing +(.*)$/m.exec(stdout) ?? [];
    expect(missing).to.match(/ ETH$/);
    expect(page).to.contain(`<th scope="row">missing</th><td class="number">${missing}</td>`);
    const [, rows = ""] = /<caption>Balance and runway over time<\/caption>([\s\S]*?)<\/table>/.exec(page) ?? [];
    expect(rows.match(/<tr><td/g)).to.have.lengthOf(data.clusters[0]?.points.length ?? 0);
    expect(rows).to.contain("<td>fee of operator 2: 1.9 Gwei</td>");
  });

  it("are made of an account without clusters, too", async () => {
    const { address: nobody } = await local().chain.getSigner(10);
    const page = await pageOf("service report", { account: nobody });
    expect((dataOf(page) as Data).clusters).to.deep.equal([]);
    expect(runCharts(page)).to.deep.equal([]);
  });

  it("replace pages of before, and leave nothing unfinished", async () => {
    await pageOf("service report");
    const page = await pageOf("cluster status");
    expect(page).to.contain("<title>Cluster 1, 2, 3, 4 at block");
    expect(readdirSync(local().folder).filter((name) => name.includes("page"))).to.deep.equal(["page.html"]);
  });

  it("are named on one line, whatever is in their names", async () => {
    const { stderr } = await local().run("service report", { account: service, html: path("a\nb.html"), json: true });
    expect(stderr).to.equal(`wrote ${path("a\\u000ab.html")}\n`);
  });

  it("are refused where they cannot be written, before anything is asked of the chain", async () => {
    writeFileSync(path("other.html"), "<!doctype html>");
    symlinkSync(path("other.html"), path("link.html"));
    mkdirSync(path("folder"));
    const nowhere = path("none/page.html");
    const remedy = "name a file in a folder that you may write to";
    for (const [html, line] of [
      [nowhere, `html cannot be written, ENOENT (got ${nowhere}): ${remedy}`],
      [join(path("other.html"), "x"), `html cannot be written, ENOTDIR (got ${path("other.html")}/x): ${remedy}`],
      [path("folder"), `html is there, and is no file (got ${path("folder")}): name another one`],
      [path("link.html"), `html is there, and is no file (got ${path("link.html")}): name another one`],
      ["", `html names no file (got nothing): ${remedy}`],
      ["--json", "html is an option, and no file (got --json): name a file before it, or write ./--json"],
      [
        path("other.html"),
        `html is no report, and nobody can be asked whether to replace it (got ${path("other.html")}): name another file`,
      ],
    ] as const)
      for (const task of ["cluster status", "service report"])
        await local().refuses(task, { account: "0x12", html }, line);
    expect(readFileSync(path("other.html"), "utf8")).to.equal("<!doctype html>");
  });
});
