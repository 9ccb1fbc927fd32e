import { execFile } from "node:child_process";
import { fileURLToPath } from "node:url";

import { expect } from "chai";

import { listMetrics } from "../../scripts/monitoring/metricList.ts";
import { startSampleDaemon } from "./sampleDaemon.ts";
import { usePrometheus } from "./usePrometheus.ts";

const SCRIPT = fileURLToPath(new URL("../../scripts/monitoring/checkPanels.ts", import.meta.url));

describe("scripts/monitoring/checkPanels.ts", function () {
  this.timeout(90_000);

  for (const [args, problem] of [
    [[], "name the daemons"],
    [["--targets", "127.0.0.1:9601"], "--targets takes http addresses (got 127.0.0.1:9601)"],
    [["--targets", "http://127.0.0.1:9601", "--seconds", "soon"], "--seconds takes a number"],
    [["--target", "http://127.0.0.1:9601"], "Unknown option '--target'"],
  ] as const)
    it(`refuses ${args.join(" ") || "nothing"}`, async () => {
      const { code, stdout, stderr } = await check(...args);
      expect({ code, stdout }).to.deep.equal({ code: 1, stdout: "" });
      expect(stderr).to.include(`error: ${problem}`);
    });

  describe("with Prometheus", () => {
    usePrometheus();

    it("shows panels and alerts of daemons that serve everything", async () => {
      const daemon = await startSampleDaemon(listMetrics());
      const { code, stdout, stderr } = await check("--targets", daemon.url, "--seconds", "4");
      await daemon.stop();
      expect({ code, stderr }).to.deep.equal({ code: 0, stderr: "" });
      expect(stdout).to.match(/poolETH: the pool +│ Runway by cluster +│ 1 /);
      expect(stdout).to.match(/PoolethRunwayShort +│ critical +│ pending/);
      expect(stdout).not.to.include("not served");
    });

    it("fails for an oracle member alone, and says what is missing", async () => {
      const daemon = await startSampleDaemon(listMetrics().filter((metric) => metric.daemon !== "keeper"));
      const { code, stdout, stderr } = await check("--targets", daemon.url, "--seconds", "4");
      await daemon.stop();
      expect(code).to.equal(1);
      expect(stderr).to.include("error: poolETH: the pool: Runway by cluster: no data for min by (cluster)");
      expect(stdout).to.match(/listed and not served: .*pooleth_cluster_runway_seconds/);
    });
  });
});

async function check(...args: string[]): Promise<{ code: number | string; stdout: string; stderr: string }> {
  return new Promise((resolve) => {
    execFile(process.execPath, ["--import", "tsx", SCRIPT, ...args], (error, stdout, stderr) => {
      resolve({ code: error?.code ?? 0, stdout, stderr });
    });
  });
}
