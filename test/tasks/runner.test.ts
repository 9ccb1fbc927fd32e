import { createInterface } from "node:readline/promises";
import { PassThrough } from "node:stream";

import { expect } from "chai";
import { Interface } from "ethers";

import { describeRevert, findRevertData } from "../../clients/contractErrors.ts";
import { describeError } from "../../tasks/describeError.ts";
import { InputError, parseAddress, parseCount, parseMinutes } from "../../tasks/input.ts";
import { toJson, toText } from "../../tasks/output.ts";
import { runTask } from "../../tasks/runner.ts";
import { fakeTerminal } from "../helpers/terminal.ts";

/** As in CI, where Hardhat shows stack traces by itself. */
const ENVIRONMENT = {
  globalOptions: { network: "local", showStackTraces: true } as Parameters<typeof runTask>[0]["globalOptions"],
};

describe("runTask", () => {
  it("prints a result as text, and as JSON with exact amounts", async () => {
    const result = { totalPooledEtherWei: 10n ** 18n, keys: 3, isOpen: true };
    const [text, json] = [fakeTerminal(), fakeTerminal()];

    const end = await runTask(ENVIRONMENT, { json: false }, () => Promise.resolve(result), text);
    await runTask(ENVIRONMENT, { json: true }, () => Promise.resolve(result), json);

    expect(end.success).to.equal(true);
    expect(text.printed).to.deep.equal([
      "total pooled ether        1 ETH\nkeys                      3\nis open                   yes",
    ]);
    expect(JSON.parse(json.printed[0] ?? "")).to.deep.equal({
      totalPooledEtherWei: "1000000000000000000",
      keys: 3,
      isOpen: true,
    });
  });

  it("turns an error of several lines into one, and fails", async () => {
    const terminal = fakeTerminal();
    const body = () => Promise.reject(new InputError("amount", "x", "is\n  wrong", "correct it"));

    const end = await runTask(ENVIRONMENT, { json: false }, body, terminal);

    expect(end).to.deep.equal({ success: false, error: "amount is wrong (got x): correct it" });
    expect(terminal.noted).to.deep.equal(["error: amount is wrong (got x): correct it"]);
    expect(terminal.printed).to.deep.equal([]);
  });

  it("names options as they are typed, and other fields as they are", async () => {
    const refused = async (field: string) => {
      const args = { json: false, withdrawalAddress: undefined };
      const body = () => Promise.reject(new InputError(field, "x", "is wrong", "correct it"));
      return runTask(ENVIRONMENT, args, body, fakeTerminal());
    };

    expect(await refused("withdrawalAddress")).to.include({ error: "withdrawal-address is wrong (got x): correct it" });
    expect(await refused("withdrawalCredentials")).to.include({
      error: "withdrawalCredentials is wrong (got x): correct it",
    });
  });

  it("shows where an error comes from only when asked to", async () => {
    const terminal = fakeTerminal();

    await runTask(ENVIRONMENT, { json: false }, () => Promise.reject(new Error("odd")), terminal, true);

    expect(terminal.noted[0]).to.equal("error: odd (unexpected; run again with --show-stack-traces to see where)");
    expect(terminal.noted[1]).to.match(/^Error: odd\n +at .*runner\.test\.ts/);
  });
});

describe("describeError", () => {
  const abi = new Interface([
    "error ReportFieldOutOfRange(bytes32 field, uint256 value, uint256 minimum, uint256 maximum)",
    "error NobodyKnowsThis(uint256 value)",
    "error Error(string)",
  ]);
  const field = `0x${Buffer.from("stakedWei").toString("hex").padEnd(64, "0")}`;
  const data = abi.encodeErrorResult("ReportFieldOutOfRange", [field, 5, 0, 4]);
  const line =
    "the contract refuses with ReportFieldOutOfRange(field stakedWei, value 5, minimum 0, maximum 4): correct the named field: its value must lie within the last two numbers";

  it("names a contract's error with its arguments and remedy, wherever the node has put it", () => {
    const direct = Object.assign(new Error("reverted"), { data });
    const nested = Object.assign(new Error("x"), { info: { error: { code: 3, data: { message: "m", data } } } });
    const wrapped = new Error("x", { cause: direct });

    for (const error of [direct, nested, wrapped]) expect(describeError(error, "local")).to.equal(line);
    expect(findRevertData(nested)).to.equal(data);
  });

  it("adds ether to amounts in wei, as people give them", () => {
    const inWei = [
      "DepositBelowMinimum",
      "CapExceeded",
      "InsufficientEther",
      "InsufficientReserve",
      "StakingLimitExceeded",
    ];
    const errors = new Interface(inWei.map((name) => `error ${name}(uint256 a, uint256 b)`));

    for (const name of inWei)
      expect(describeRevert(errors.encodeErrorResult(name, [1, 5n * 10n ** 17n]))).to.match(
        new RegExp(
          String.raw`^the contract refuses with ${name}\(\w+ 1 \(0\.000000000000000001 ETH\), \w+ 500000000000000000 \(0\.5 ETH\)\): `,
        ),
      );
  });

  it("names the task that drops a batch where that is the remedy", () => {
    const errors = new Interface(["error BatchStillLive(uint256)", "error ValidatorAlreadyExistsWithData(bytes)"]);

    expect(describeRevert(errors.encodeErrorResult("BatchStillLive", [7]))).to.match(
      /: activate the named batch first, or drop it with `validators discard`$/,
    );
    expect(describeRevert(errors.encodeErrorResult("ValidatorAlreadyExistsWithData", ["0x01"]))).to.match(
      /: leave the key out, which is registered at SSV already; a pool drops the batch with `validators discard`$/,
    );
  });

  it("says of refusals that several tasks meet what holds for all of them", () => {
    const errors = new Interface(["error InsufficientReserve(uint256,uint256)", "error ClusterAlreadyEnabled()"]);

    expect(describeRevert(errors.encodeErrorResult("InsufficientReserve", [0, 1]))).to.match(
      /: pay into the operating reserve with `reserve deposit`; fewer keys at a time need less$/,
    );
    expect(describeRevert(errors.encodeErrorResult("ClusterAlreadyEnabled"))).to.equal(
      "the contract refuses with ClusterAlreadyEnabled(): do nothing more: somebody has reactivated the cluster meanwhile",
    );
  });

  it("passes on a reason in words, and leaves errors of others alone", () => {
    expect(describeRevert(abi.encodeErrorResult("Error", ["DepositContract: too low"]))).to.equal(
      "the contract refuses: DepositContract: too low",
    );
    expect(describeRevert(abi.encodeErrorResult("NobodyKnowsThis", [1]))).to.equal(undefined);
  });

  it("says that a question was left with Ctrl-C", async () => {
    const input = new PassThrough();
    const asked = createInterface({ input, output: new PassThrough(), terminal: true }).question("");
    input.write("\u0003");
    const error: unknown = await asked.catch((reason: unknown) => reason);

    expect(describeError(error, "local")).to.equal("stopped at a question: run the command again");
  });

  it("never shows the address of a node, which may hold a key", () => {
    const failed = new Error("Failed to make POST request to https://node.example/v3/secret");
    const odd = new Error("odd answer of https://node.example/v3/secret");

    expect(describeError(failed, "hoodi")).to.equal(
      "network hoodi cannot be reached: check the node and the RPC address of this network",
    );
    expect(describeError(odd, "hoodi")).to.match(/^odd answer of \(address hidden\) \(unexpected;/);
  });

  it("says which networks there are, and which variable holds no address", () => {
    const noNetwork = Object.assign(new Error("HHE705: x"), { errorCode: "HHE705" });
    const noUrl = Object.assign(new Error('HHE28: Invalid URL value for the configuration variable "HOODI_RPC_URL"'), {
      errorCode: "HHE28",
    });

    expect(describeError(noNetwork, "hodi")).to.match(
      /\(got hodi\): use local, hoodi or mainnet, or one of their forks/,
    );
    expect(describeError(noUrl, "hoodi")).to.match(/^HOODI_RPC_URL is not the address of a node: write it as https:/);
  });

  it("says that an account is short of ether when the node does", () => {
    expect(describeError(new Error("insufficient funds for gas * price + value"), "hoodi")).to.match(
      /^the account has too little ether for amount and gas: /,
    );
  });
});

describe("Input of tasks", () => {
  it("says nothing where an option was given nothing", () => {
    expect(() => parseAddress(" ", "receiver")).to.throw(InputError, "receiver is not an address (got nothing): ");
  });

  it("takes addresses in lower case and with the right checksum", () => {
    const address = "0x00000000219ab540356cBB839Cbe05303d7705Fa";
    expect(parseAddress(address.toLowerCase(), "a")).to.equal(address);
    expect(() => parseAddress("XE7338O073KYGTWWZN0F2WZ0R8PX5ZPPZS", "a")).to.throw(InputError, "a is not an address");
  });

  it("takes whole numbers within their bounds, and positive minutes", () => {
    expect(parseCount("80", "count", 1, 80)).to.equal(80);
    for (const text of ["0", "81", "1.5", "-1", "", "0x10", "1e1"])
      expect(() => parseCount(text, "count", 1, 80), text).to.throw(InputError, "give 1 to 80");
    expect(parseMinutes("0.5", "idle")).to.equal(0.5);
    for (const text of ["0", "-1", "", "Infinity"]) expect(() => parseMinutes(text, "idle"), text).to.throw(InputError);
  });
});

describe("Output of tasks", () => {
  it("shows amounts in ether, times as dates, lists and tables", () => {
    const text = toText({
      rewardsWei: -5n * 10n ** 17n,
      clBalanceGwei: 32_000_000_000n,
      lastRebaseAt: 0n,
      nowAt: 1_606_824_023n,
      operators: [1n, 2n],
      members: [],
      contentURI: "",
      last: { refSlot: 7199n },
    });

    expect(text.split("\n")).to.deep.equal([
      "rewards                   -0.5 ETH",
      "cl balance                32 ETH",
      "last rebase at            never",
      "now at                    2020-12-01T12:00:23.000Z",
      "operators                 1, 2",
      "members                   none",
      "content URI               none",
      "last",
      "  ref slot                7199",
    ]);
    expect(toText({ batches: [{ batch: 7n, contentURI: "ipfs://x" }] })).to.match(
      /batch.*content URI[^]*7.*ipfs:\/\/x/,
    );
    expect(toJson({ list: [1n, 2n ** 70n] })).to.equal(
      '{\n  "list": [\n    "1",\n    "1180591620717411303424"\n  ]\n}',
    );
  });
});
