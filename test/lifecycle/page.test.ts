import { expect } from "chai";

import { pageContent } from "../../scripts/lifecycle/pageContent.ts";
import { renderTimeline } from "../../tasks/page/timelinePage.ts";
import { dataOf, labelsOf, runCharts, scriptsOf } from "../helpers/chartScript.ts";
import { RECORD } from "../helpers/lifecycle.ts";

const CHECK = { statement: "one = one", actual: 1n, relation: "=" as const, expected: 1n };

describe("page of a lifecycle", () => {
  const content = pageContent({ record: RECORD, checks: [CHECK, { ...CHECK, actual: 2n }] }, 12n);
  const page = renderTimeline(content);

  it("says what holds, and has all figures in tables", () => {
    expect(page).to.contain("288 slots and 1 reports").and.to.contain("1 of 2 checks fail");
    expect(page).to.contain('<td class="number">150000</td>').and.to.contain("operator &lt;1&gt; offline");
    expect(scriptsOf(page)).to.have.lengthOf(3);
    expect((dataOf(page) as { times: string[] }).times).to.deep.equal(RECORD.samples.map(({ time }) => String(time)));
  });

  it("draws each chart, stacks as sums, and says the parts", () => {
    const charts = runCharts(page);
    expect(charts).to.have.length(6);
    const ether = charts[2];
    expect(ether?.columns.slice(1).map((column) => column[0])).to.deep.equal([518.5, 513.5, 449.5, 1.5, 0.5, 0]);
    const { series } = ether?.options ?? { series: [] };
    expect(series.map(({ label }) => label).slice(1, 4)).to.deep.equal([
      "in the pool",
      "deposits pending",
      "validators",
    ]);
    const value = series[2]?.value as ((...args: unknown[]) => string) | undefined;
    expect(value?.(undefined, 513.5, 2, 0)).to.equal("64.000000 ETH");
    expect(value?.(undefined, null, 2, null)).to.equal("–");
    const rate = charts[0]?.options.scales.y.range(undefined, 1, 1.001) ?? [];
    expect(rate[0]).to.be.greaterThan(0.99);
    expect(charts[5]?.options.scales.y.range(undefined, 3, 20)[0]).to.equal(0);
  });

  it("marks what happened", () => {
    const [chart] = runCharts(page);
    if (chart === undefined) throw new Error("there is no chart");
    const times = RECORD.samples.map(({ time }) => Number(time));
    const labels = labelsOf(chart, [times[0] ?? 0, times[1] ?? 0]);
    expect(labels.map(([, text]) => text)).to.deep.equal(["operator <1> offline"]);
  });

  it("is not made from columns that do not fit", () => {
    const [name, chart] = Object.entries(content.charts)[0] ?? ["", undefined];
    if (chart === undefined) throw new Error("there is no chart");
    const broken = (columns: number[][]) => renderTimeline({ ...content, charts: { [name]: { ...chart, columns } } });
    expect(() => broken([[1]])).to.throw("chart shareRate has 1 values for 2 times");
    expect(() => broken([])).to.throw("chart shareRate has 1 labels for 0 columns");
  });
});
