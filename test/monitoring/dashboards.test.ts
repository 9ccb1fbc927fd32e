import { readFileSync } from "node:fs";

import { expect } from "chai";

import { DASHBOARDS, plainQuery, readDashboards, type Place } from "../../scripts/monitoring/dashboards.ts";
import { listMetrics, metricsOf } from "../../scripts/monitoring/metricList.ts";
import { checkMonitoring, problemsOf, type MonitoringCheck } from "../../scripts/monitoring/monitoringCheck.ts";
import { Prometheus } from "../../scripts/monitoring/prometheus.ts";
import { queryPrometheus } from "../../scripts/monitoring/prometheusApi.ts";
import { startSampleDaemon } from "./sampleDaemon.ts";
import { usePrometheus } from "./usePrometheus.ts";

const COLUMNS = 24;
/** Readings that the sample daemons get, a second apart. */
const SECONDS = 5;

describe("Dashboards", function () {
  this.timeout(120_000);
  const dashboards = readDashboards();
  const listed = listMetrics();
  const namesOf = (metrics: { name: string }[]) => metrics.map(({ name }) => name);

  it("have panels with titles, descriptions, units and queries", () => {
    expect(dashboards.map(({ file }) => file)).to.have.members(["members.json", "pool.json"]);
    for (const { panels } of dashboards) {
      const shown = panels.filter(({ queries }) => queries.length > 0);
      expect(shown.length).to.be.greaterThan(15);
      for (const { title, description, unit } of shown) {
        expect(title).to.match(/\S/);
        expect(description, title).to.match(/\S/);
        expect(unit, title).to.match(/\S/);
      }
      expect(new Set(panels.map(({ id }) => id)).size).to.equal(panels.length);
      expect(panels.every(({ title }) => title !== "")).to.equal(true);
    }
  });

  it("have panels that do not overlap, within the page", () => {
    for (const { panels } of dashboards)
      for (const [i, { title, place }] of panels.entries()) {
        expect(place.x + place.w, title).to.be.at.most(COLUMNS);
        const covered = panels.slice(i + 1).find((other) => overlap(place, other.place));
        expect(covered?.title, title).to.equal(undefined);
      }
  });

  it("show every metric that daemons have, and no others", () => {
    expect(listed.length).to.be.greaterThan(30);
    const queries = dashboards.flatMap(({ panels }) => panels.flatMap((panel) => panel.queries));
    const shown = new Set(queries.flatMap((query) => metricsOf(query, listed)));
    expect([...shown]).to.have.members(namesOf(listed));
  });

  it("name no address, and no Prometheus but the chosen one", () => {
    for (const { file } of dashboards) {
      const text = readFileSync(`${DASHBOARDS}/${file}`, "utf8");
      expect(text).not.to.match(/https?:|\d+\.\d+\.\d+\.\d+/);
      const sources = [...text.matchAll(/"uid": "([^"]*)"/g)].map(([, uid]) => uid);
      expect(new Set(sources.slice(1))).to.deep.equal(new Set(["${datasource}"]));
    }
  });

  describe("in Prometheus", () => {
    const programs = usePrometheus();
    let check: MonitoringCheck;

    before(async () => {
      const oracle = await startSampleDaemon(listed.filter(({ daemon }) => daemon !== "keeper"));
      const keeper = await startSampleDaemon(listed.filter(({ daemon }) => daemon !== "oracle"));
      try {
        check = await checkMonitoring(programs(), [oracle.url, keeper.url], SECONDS);
      } finally {
        await oracle.stop();
        await keeper.stop();
      }
    });

    it("show data in every panel, and have alerts that can be evaluated", () => {
      expect(problemsOf(check)).to.deep.equal([]);
      expect(check.targets).to.have.lengthOf(2);
      expect(check.answers.length).to.be.greaterThan(40);
      expect(check.alerts.length).to.be.greaterThan(20);
    });

    it("use metrics whose types and names the daemons serve", () => {
      expect({ unlisted: check.unlisted, unserved: check.unserved }).to.deep.equal({ unlisted: [], unserved: [] });
    });

    it("are empty, and said to be so, where a daemon lacks a metric or does not answer", async () => {
      const lacking = listed.filter(({ name }) => name !== "pooleth_reserve_wei");
      const daemon = await startSampleDaemon(lacking);
      const { port } = new URL(daemon.url);
      const gone = await startSampleDaemon([]);
      await gone.stop();
      const checked = await checkMonitoring(programs(), [`http://127.0.0.1:${port}`, gone.url], SECONDS);
      await daemon.stop();
      const problems = problemsOf(checked);
      expect(checked.unserved).to.deep.equal(["pooleth_reserve_wei"]);
      expect(problems).to.have.lengthOf(2);
      expect(problems[0]).to.include(`${gone.url}/metrics cannot be read`);
      expect(problems[1]).to.include("Ether beside validators: no data for max by (pool) (pooleth_reserve_wei");
    });

    it("keep what goes wrong at zero where nothing does", async () => {
      const prometheus = await Prometheus.start(programs(), { targets: [], lifeSeconds: 60 });
      const quiet = dashboards
        .flatMap(({ panels }) => panels.flatMap(({ queries }) => queries))
        .filter((query) => query.includes("vector(0)"));
      const values = await Promise.all(quiet.map((query) => queryPrometheus(prometheus.url, plainQuery(query, "1m"))));
      await prometheus.stop();
      expect(quiet.length).to.be.greaterThan(5);
      for (const samples of values) expect(samples).to.deep.equal([{ labels: {}, value: 0 }]);
    });
  });
});

const overlap = (a: Place, b: Place) => a.x < b.x + b.w && b.x < a.x + a.w && a.y < b.y + b.h && b.y < a.y + a.h;
