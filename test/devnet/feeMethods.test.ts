import { expect } from "chai";

import { feeMethods } from "../../devnet/execution/feeMethods.ts";
import { RpcError } from "../../devnet/execution/jsonRpc.ts";
import { failureOf } from "../helpers/failure.ts";

describe("fee history of the front", () => {
  it("waits until the client has the receipts of its newest block", async () => {
    const asked: unknown[] = [];
    const { eth_feeHistory: feeHistory } = feeMethods((method, params) => {
      asked.push([method, params]);
      return asked.length < 3
        ? Promise.reject(new RpcError(-32_603, "Cannot mix BigInt and other types, use explicit conversions"))
        : Promise.resolve({ reward: [["0x1"]] });
    });
    expect(await feeHistory?.(["0x1", "latest", [50]])).to.deep.equal({ reward: [["0x1"]] });
    expect(asked).to.have.length(3);
    expect(asked[2]).to.deep.equal(["eth_feeHistory", ["0x1", "latest", [50]]]);
  });

  it("is refused at once for anything else", async () => {
    let asked = 0;
    const { eth_feeHistory: feeHistory } = feeMethods(() => {
      asked += 1;
      return Promise.reject(new RpcError(-32_602, "invalid block count"));
    });
    expect((await failureOf(feeHistory?.([]) ?? Promise.resolve())).message).to.equal("invalid block count");
    expect(asked).to.equal(1);
  });
});
