import { execFile } from "node:child_process";
import { readdirSync, readFileSync } from "node:fs";
import { fileURLToPath } from "node:url";
import { promisify } from "node:util";

import { expect } from "chai";

import { unpackDebianPackage } from "../../scripts/monitoring/debianPackage.ts";
import { listMetrics, metricsOf } from "../../scripts/monitoring/metricList.ts";
import { ALERT_FILES } from "../../scripts/monitoring/monitoringCheck.ts";
import { Prometheus } from "../../scripts/monitoring/prometheus.ts";
import { fetchAlertRules, type AlertRule } from "../../scripts/monitoring/prometheusApi.ts";
import { usePrometheus } from "./usePrometheus.ts";

const run = promisify(execFile);
const ROOT = new URL("../../", import.meta.url);
const MONITORING = fileURLToPath(new URL("monitoring", ROOT));
const SEVERITIES = ["info", "warning", "critical"];

const filesOf = (folder: string) => readdirSync(`${MONITORING}/${folder}`).map((file) => `${folder}/${file}`);
const readAll = (folder: string) => filesOf(folder).map((file) => readFileSync(`${MONITORING}/${file}`, "utf8"));
const names = (texts: string[], pattern: RegExp) =>
  new Set(texts.flatMap((text) => [...text.matchAll(pattern)].map(([, name = ""]) => name)));

describe("Alert rules", function () {
  this.timeout(120_000);
  const alerts = names(readAll("alerts"), /- alert: (\w+)/g);

  it("have a test in which each fires, and one in which it does not", () => {
    const tests = readAll("tests");
    expect(alerts.size).to.be.greaterThan(15);
    expect(names(tests, /alertname: (\w+)\n\s+exp_alerts:\n\s+(?:#.*\n\s+)?- exp_labels/g)).to.deep.equal(alerts);
    expect(names(tests, /alertname: (\w+)\n\s+exp_alerts: \[\]/g)).to.deep.equal(alerts);
  });

  it("are the ones that the documentation lists", () => {
    const page = readFileSync(new URL("docs/daemons/monitoring.md", ROOT), "utf8");
    expect(names([page], /^\| `(Pooleth\w+)`/gm)).to.deep.equal(alerts);
  });

  describe("in Prometheus", () => {
    const programs = usePrometheus();
    const promtool = async (...args: string[]) => (await run(programs().promtool, args, { cwd: MONITORING })).stdout;
    let rules: AlertRule[];

    before(async () => {
      const prometheus = await Prometheus.start(programs(), { targets: [], rules: [ALERT_FILES], lifeSeconds: 120 });
      rules = await fetchAlertRules(prometheus.url);
      await prometheus.stop();
    });

    it("pass promtool's checks", async () => {
      expect(await promtool("check", "rules", ...filesOf("alerts"))).to.include("SUCCESS");
    });

    it("fire and do not fire as their tests say", async () => {
      expect(await promtool("test", "rules", ...filesOf("tests"))).to.include("SUCCESS");
    });

    it("stand in an example configuration that is valid", async () => {
      expect(await promtool("check", "config", "prometheus.yml")).to.include("3 rule files found");
    });

    it("have a severity, a summary, a description, and a section of the runbook", () => {
      expect(new Set(rules.map(({ name }) => name))).to.deep.equal(alerts);
      const anchors = anchorsOf(readFileSync(new URL("docs/runbook.md", ROOT), "utf8"));
      for (const { name, labels, annotations } of rules) {
        expect(SEVERITIES, name).to.include(labels.severity);
        expect(annotations.summary, name).to.match(/\S/);
        expect(annotations.description, name).to.match(/\S/);
        const [page, anchor = ""] = (annotations.runbook_url ?? "").split("#");
        expect(page, name).to.equal("docs/runbook.md");
        expect(anchors, name).to.include(anchor);
      }
    });

    it("refer to metrics that daemons have, and to no others", () => {
      const listed = listMetrics();
      const used = rules.flatMap(({ expression }) => metricsOf(expression, listed));
      expect(used.filter((name) => !listed.some((metric) => metric.name === name))).to.deep.equal([]);
    });
  });

  it("have an example of Alertmanager's configuration that is valid", async function () {
    let folder;
    try {
      folder = await unpackDebianPackage("prometheus-alertmanager");
    } catch (error) {
      console.log(`      skipped: Debian's package prometheus-alertmanager cannot be had: ${String(error)}`);
      this.skip();
    }
    const { stdout } = await run(`${folder}/usr/bin/amtool`, ["check-config", `${MONITORING}/alertmanager.yml`]);
    expect(stdout).to.include("SUCCESS");
  });
});

/** Anchors of headings, as GitHub makes them. */
function anchorsOf(page: string): string[] {
  return [...page.matchAll(/^#+ (.*)$/gm)].map(([, heading = ""]) =>
    heading
      .toLowerCase()
      .replace(/[^\w\- ]/g, "")
      .replaceAll(" ", "-"),
  );
}
