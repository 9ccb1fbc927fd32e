import { expect } from "chai";

import { createTaskRunner, type TaskRunner } from "../helpers/taskRunner.ts";

/** Nobody listens there, so whatever is refused is refused without asking a chain. */
const NOWHERE = { url: "http://127.0.0.1:9" };

describe("options that need no chain to be refused", () => {
  let run: TaskRunner;

  before(async () => {
    run = await createTaskRunner(NOWHERE, "local");
  });

  const refuses = async (id: string, args: Record<string, unknown>, line: string) => {
    expect(await run(id, args)).to.deep.equal({ success: false, stdout: "", stderr: `error: ${line}\n` });
  };

  const TASKS: readonly (readonly [string, Record<string, unknown>])[] = [
    ["validators register", { dir: "ceremony" }],
    ["validators activate", {}],
    ["validators show", { pubkey: `0x${"ab".repeat(48)}` }],
    ["keys verify", { dir: "ceremony" }],
  ];
  for (const [id, args] of TASKS)
    it(`are a --scan-from of ${id} that is no block`, async () => {
      await refuses(
        id,
        { ...args, scanFrom: "0x10" },
        "scan-from is not a whole number within its bounds (got 0x10): give 0 to 9007199254740991",
      );
    });

  const OFFLINE: readonly (readonly [string, Record<string, unknown>])[] = [
    ["keys generate", { count: "1" }],
    ["keys split", {}],
    ["keys verify", {}],
  ];
  for (const [id, args] of OFFLINE)
    it(`are a --chain of ${id} that is not the --network's`, async () => {
      await refuses(
        id,
        { ...args, dir: "ceremony", chain: "hoodi" },
        "chain is another one than that of --network local, whose chain id is 31337 (got hoodi): leave --network out to work without a connection, or --chain to use it",
      );
    });
});
