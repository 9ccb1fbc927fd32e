import { mkdtempSync, readdirSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";

import { expect } from "chai";

import { Prometheus } from "../../scripts/monitoring/prometheus.ts";
import { fetchAlertRules, queryPrometheus } from "../../scripts/monitoring/prometheusApi.ts";
import { findPrometheus } from "../../scripts/monitoring/prometheusPrograms.ts";
import { failureOf } from "../helpers/failure.ts";
import { usePrometheus } from "./usePrometheus.ts";

describe("Prometheus for a while", function () {
  this.timeout(60_000);

  it("is not there where apt is not, which is said", async () => {
    const cache = mkdtempSync(join(tmpdir(), "pooleth-packages-"));
    const path = process.env.PATH;
    const said: string[] = [];
    process.env.PATH = cache;
    try {
      expect(await findPrometheus((line) => said.push(line), cache)).to.equal(undefined);
    } finally {
      process.env.PATH = path;
    }
    expect(said).to.have.lengthOf(1);
    expect(said[0]).to.include("Debian's package cannot be had: spawn apt-get ENOENT");
    expect(readdirSync(cache)).to.deep.equal([]);
    rmSync(cache, { recursive: true });
  });

  describe("where it is", () => {
    const programs = usePrometheus();

    it("leaves no process and no data behind when it is stopped", async () => {
      const temporary = mkdtempSync(join(tmpdir(), "pooleth-temporary-"));
      const { TMPDIR } = process.env;
      process.env.TMPDIR = temporary;
      const prometheus = await Prometheus.start(programs(), { targets: [] }).finally(() => {
        if (TMPDIR === undefined) delete process.env.TMPDIR;
        else process.env.TMPDIR = TMPDIR;
      });
      expect(await queryPrometheus(prometheus.url, "1 + 1")).to.deep.equal([{ labels: {}, value: 2 }]);
      expect(readdirSync(temporary)).to.have.lengthOf(1);
      await prometheus.stop();
      expect(readdirSync(temporary)).to.deep.equal([]);
      expect(await answers(prometheus.url)).to.equal(false);
      rmSync(temporary, { recursive: true });
    });

    it("ends by itself when its time is over", async () => {
      const prometheus = await Prometheus.start(programs(), { targets: [], lifeSeconds: 3 });
      expect(await answers(prometheus.url)).to.equal(true);
      for (let waited = 0; waited < 100 && (await answers(prometheus.url)); waited++) await sleep(100);
      expect(await answers(prometheus.url)).to.equal(false);
      await prometheus.stop();
    });

    it("says with its own words why it does not start, and what it has against a query", async () => {
      const options = { targets: [], rules: [join(import.meta.dirname, "rules.test.ts")] };
      expect((await failureOf(Prometheus.start(programs(), options))).message).to.include("rules.test.ts");
      const prometheus = await Prometheus.start(programs(), { targets: [] });
      expect((await failureOf(queryPrometheus(prometheus.url, "sum by ("))).message).to.include("parse error");
      expect(await fetchAlertRules(prometheus.url)).to.deep.equal([]);
      await prometheus.stop();
    });
  });
});

async function answers(url: string): Promise<boolean> {
  return fetch(`${url}/-/ready`).then(
    ({ ok }) => ok,
    () => false,
  );
}
