import { expect } from "chai";

import { illness, unreadiness } from "../../../daemon/service/health.ts";
import { startMonitoring, type MonitoringServer } from "../../../daemon/service/monitoring.ts";
import { failureOf } from "../../helpers/failure.ts";
import { freshMetrics } from "../../helpers/freshMetrics.ts";
import { listeningSockets } from "../../helpers/listeningSockets.ts";

const NEVER = { isHung: false, succeededAt: undefined, failure: undefined };

describe("The monitoring server", () => {
  let server: MonitoringServer;
  let sick: string | undefined;
  let unready: string | undefined;
  const { metrics } = freshMetrics();

  before(async () => {
    metrics.gauge("test_wei", "A test").set(5);
    const monitored = { illness: () => sick, unreadiness: () => unready, registry: metrics.registry };
    server = await startMonitoring(monitored, 0);
  });
  after(() => server.close());
  beforeEach(() => {
    [sick, unready] = [undefined, undefined];
  });

  const ask = async (path: string, method = "GET") => {
    const response = await fetch(`http://127.0.0.1:${server.port}${path}`, { method });
    return { status: response.status, text: await response.text(), type: response.headers.get("content-type") };
  };

  it("tells whether the daemon lives and is ready", async () => {
    expect(await ask("/healthz")).to.include({ status: 200, text: '{"status":"ok"}' });
    expect(await ask("/readyz")).to.include({ status: 200 });
    [sick, unready] = ["the round hangs", "http://node.example/secret is down"];
    expect(await ask("/healthz")).to.include({
      status: 503,
      text: '{"status":"unavailable","reason":"the round hangs"}',
    });
    expect((await ask("/readyz")).text)
      .to.include("http://node.example is down")
      .and.not.include("secret");
  });

  it("gives metrics in Prometheus' format", async () => {
    const { status, text, type } = await ask("/metrics");
    expect(status).to.equal(200);
    expect(type).to.match(/^text\/plain; version=0\.0\.4/);
    expect(text).to.include("# HELP pooleth_test_wei A test\n# TYPE pooleth_test_wei gauge\npooleth_test_wei 5\n");
  });

  it("has nothing else", async () => {
    for (const [path, method] of [
      ["/", "GET"],
      ["/metrics/x", "GET"],
      ["/metrics", "POST"],
      ["/healthz", "DELETE"],
    ] as const)
      expect((await ask(path, method)).status, `${method} ${path}`).to.equal(404);
  });

  it("listens on this machine alone", () => {
    expect(listeningSockets(process.pid)).to.include(`127.0.0.1:${server.port}`);
    expect(listeningSockets(process.pid)).not.to.include(`0.0.0.0:${server.port}`);
  });

  it("says so where its port is taken", async () => {
    const monitored = { illness: () => sick, unreadiness: () => unready, registry: metrics.registry };
    const { message } = await failureOf(startMonitoring(monitored, server.port));
    expect(message).to.equal(
      `monitoringPort is taken by another program (got ${server.port}): give a port that is free, or 0 for any`,
    );
  });
});

describe("The health of a daemon", () => {
  it("ends when a round hangs", () => {
    expect(illness({ ...NEVER, failure: "no node" })).to.equal(undefined);
    expect(illness({ ...NEVER, isHung: true, failure: "takes longer than 5 seconds" })).to.equal(
      "the round takes longer than 5 seconds",
    );
  });

  it("makes it ready for some time after a success", () => {
    const succeeded = { ...NEVER, succeededAt: 1_000_000, failure: "no node" };
    expect(unreadiness(NEVER, 12, 0)).to.equal("no round has succeeded yet");
    expect(unreadiness({ ...NEVER, failure: "no node" }, 12, 0)).to.equal("no round has succeeded yet: no node");
    expect(unreadiness(succeeded, 12, 1_300_000)).to.equal(undefined);
    expect(unreadiness(succeeded, 12, 1_301_000)).to.equal("no round has succeeded for 301 seconds: no node");
    expect(unreadiness(succeeded, 100, 1_500_000)).to.equal(undefined);
    expect(unreadiness(succeeded, 100, 1_501_000)).to.include("501 seconds");
  });
});
