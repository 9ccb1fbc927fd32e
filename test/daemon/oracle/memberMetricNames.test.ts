import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";

import { expect } from "chai";
import { pino } from "pino";

import { OracleConfig } from "../../../daemon/config/oracleConfig.ts";
import { openMember } from "../../../daemon/oracle/member.ts";
import { addBuildMetrics } from "../../../daemon/service/buildMetrics.ts";
import { connectNodes } from "../../../daemon/service/connections.ts";
import { DaemonMetrics } from "../../../daemon/service/metrics.ts";
import { Rounds } from "../../../daemon/service/rounds.ts";
import { listMetrics, OF_PROCESS } from "../../../scripts/monitoring/metricList.ts";
import { useBeaconServer } from "../../helpers/beaconServer.ts";
import { useSuite } from "../../helpers/isolation.ts";
import { deployObserved, serveSuite, validatorAt } from "../../helpers/observedPool.ts";
import { walletOf } from "../../helpers/oracleMembers.ts";
import { serveChain } from "../../helpers/servedChain.ts";

const LIMITS = { pollSeconds: 1, maxPauseSeconds: 1, roundSeconds: 60, stopSeconds: 1 };

describe("metrics of an oracle member", () => {
  const beacon = useBeaconServer();
  const suite = useSuite(deployObserved);

  it("H45 are those of the table, with their types and labels, and all have a value once it has reported", async () => {
    const { ceremony, refSlot, poolETH, chain } = suite();
    const validators = [0, 1, 2, 3].map((position) => validatorAt(ceremony, position));
    await serveSuite(beacon(), suite(), refSlot, { validators });
    const folder = mkdtempSync(join(tmpdir(), "pooleth-member-"));
    const node = await serveChain(chain.provider);
    const config = OracleConfig.parse({
      ...{ pool: await poolETH.getAddress(), startBlock: 0, data: folder },
      ...{ execution: [node.url], beacon: [beacon().url] },
    });
    const metrics = new DaemonMetrics();
    const ending = new AbortController();
    const log = pino({ level: "silent" });
    const { provider, beacons } = await connectNodes(config, metrics, ending.signal);
    try {
      addBuildMetrics(metrics);
      const signer = walletOf(suite(), 0).connect(provider);
      const context = { ...{ config, provider, beacons, signer, log, metrics }, signal: ending.signal };
      const member = await openMember({ ...context, isDryRun: false });
      expect(await new Rounds(member, LIMITS, { log, metrics, signal: ending.signal }).once()).to.equal(true);
      await member.close();

      const shown = (await metrics.registry.getMetricsAsJSON()).filter(({ name }) => !OF_PROCESS.test(name));
      const registered = shown.map(({ name, type }) => ({ name, type, labels: labelsOf(metrics, name) }));
      const listed = listMetrics().filter(({ daemon }) => daemon !== "keeper");
      const wanted = listed.map(({ name, type, labels }) => ({ name, type, labels: [...labels].sort() }));
      expect(registered).to.have.deep.members(wanted);
      const empty = shown.filter(({ type, values }) => String(type) === "gauge" && values.length === 0);
      // It has no peers.
      expect(empty.map(({ name }) => name)).to.deep.equal(["pooleth_peer_messages_count"]);
    } finally {
      ending.abort();
      provider.destroy();
      await node.stop();
      rmSync(folder, { recursive: true });
    }
  });
});

/** Labels that a metric was registered with, which its values show only once there are some. */
function labelsOf({ registry }: DaemonMetrics, name: string): string[] {
  const metric = registry.getSingleMetric(name) as unknown as { readonly labelNames: readonly string[] };
  return [...metric.labelNames].sort();
}
