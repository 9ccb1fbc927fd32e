import { expect } from "chai";

import { connectNodes } from "../../../daemon/service/connections.ts";
import { DaemonMetrics } from "../../../daemon/service/metrics.ts";
import { startRpcServer } from "../../helpers/rpcServer.ts";

describe("connectNodes", () => {
  it("leaves long answers of beacon nodes, such as whole states, the time that they take", async () => {
    const node = await startRpcServer(() => ({ result: "0x7a69" }));
    try {
      const nodes = { startBlock: 0, execution: [node.url], beacon: ["http://127.0.0.1:1"] };
      const { provider, beacons } = await connectNodes(nodes, new DaemonMetrics(), new AbortController().signal);
      provider.destroy();
      expect(beacons.map(({ access }) => access.timeout)).to.deep.equal([undefined]);
    } finally {
      await node.stop();
    }
  });
});
