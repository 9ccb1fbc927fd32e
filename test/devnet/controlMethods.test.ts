import { expect } from "chai";

import { controlMethods } from "../../devnet/supervisor/controlMethods.ts";

describe("control methods of a devnet", () => {
  const asked: unknown[] = [];
  const answer = (...question: unknown[]) => {
    asked.push(question);
    return Promise.resolve({});
  };
  const methods = controlMethods({
    status: () => answer("status"),
    advance: (slots, isMissed) => answer("advance", slots, isMissed),
    setOperator: (id, isOnline) => answer("setOperator", id, isOnline),
    slash: (validator) => answer("slash", validator),
    stop: () => answer("stop"),
  });
  const call = async (name: string, params: unknown[]) => methods[name]?.(params);

  it("pass on what they are asked", async () => {
    asked.length = 0;
    const pubkey = `0x${"ab".repeat(48)}`;
    await call("devnet_status", []);
    await call("devnet_advance", [64]);
    await call("devnet_miss", [1]);
    await call("devnet_setOperator", ["2", false]);
    await call("devnet_slash", [pubkey]);
    await call("devnet_slash", ["7"]);
    await call("devnet_stop", []);
    expect(asked).to.deep.equal([
      ["status"],
      ["advance", 64, false],
      ["advance", 1, true],
      ["setOperator", "2", false],
      ["slash", pubkey],
      ["slash", "7"],
      ["stop"],
    ]);
  });

  it("refuse other parameters, and do nothing", async () => {
    asked.length = 0;
    const refused: [string, unknown[]][] = [
      ["devnet_advance", []],
      ["devnet_advance", [0]],
      ["devnet_advance", [65]],
      ["devnet_advance", ["1"]],
      ["devnet_advance", [1, 2]],
      ["devnet_miss", [1.5]],
      ["devnet_setOperator", [2, false]],
      ["devnet_setOperator", ["2"]],
      ["devnet_slash", ["0xab"]],
      ["devnet_slash", ["-1"]],
    ];
    for (const [name, params] of refused) {
      const error: unknown = await call(name, params).catch((thrown: unknown) => thrown);
      expect(error, `${name} ${JSON.stringify(params)}`).to.have.property("code", -32_602);
    }
    expect(asked).to.deep.equal([]);
  });
});
