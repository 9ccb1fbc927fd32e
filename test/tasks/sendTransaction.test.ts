import { createServer } from "node:http";
import type { AddressInfo } from "node:net";

import { expect } from "chai";
import { createHardhatRuntimeEnvironment } from "hardhat/hre";

import config from "../../hardhat.config.ts";
import { describeError } from "../../tasks/describeError.ts";
import { send } from "../../tasks/sendTransaction.ts";
import { waitForBlock, whileStale } from "../../tasks/staleCluster.ts";
import { carryOut } from "../../tasks/transaction.ts";
import { ISSVErrors__factory } from "../../typechain-types/index.ts";
import { useSuite } from "../helpers/isolation.ts";
import { deploySuite } from "../helpers/suite.ts";
import { fakeTerminal } from "../helpers/terminal.ts";

const ETHER = 10n ** 18n;

describe("send", () => {
  const suite = useSuite(deploySuite);

  it("is not reached when the transaction has become one that fails since it was shown", async () => {
    const { poolETH, treasury, deployer } = suite();
    await poolETH.connect(treasury).deposit(treasury.address, treasury.address, { value: ETHER });
    const nonce = await treasury.getNonce();
    const shares = await poolETH.balanceOf(treasury.address);
    const transfer = await poolETH.transfer.populateTransaction(deployer.address, shares);
    const plan = { action: "transfer", details: {}, signer: treasury, transaction: transfer, outcome: () => ({}) };
    const terminal = fakeTerminal("yes");
    const ask = async (question: string) => {
      await poolETH.connect(treasury).transfer(deployer.address, shares);
      return terminal.ask(question);
    };
    const error: unknown = await carryOut(plan, { dryRun: false, yes: false }, { ...terminal, ask }).catch(
      (thrown: unknown) => thrown,
    );
    expect(describeError(error, "local")).to.contain("the contract refuses with Insufficient");
    expect(terminal.noted.filter((line) => line.startsWith("sent as"))).to.deep.equal([]);
    // What was transferred meanwhile.
    expect(await treasury.getNonce()).to.equal(nonce + 1);
  });

  it("says again and again that it waits, with the hash, until the block is there", async () => {
    const { chain, treasury, deployer } = suite();
    await chain.provider.request({ method: "evm_setAutomine", params: [false] });
    const terminal = fakeTerminal();
    try {
      const note = (text: string) => {
        terminal.note(text);
        if (terminal.noted.length === 3) void chain.provider.request({ method: "evm_mine" });
      };
      const request = { to: deployer.address, value: 1n, gasLimit: 21_000n };
      const { hash } = await send(treasury, request, { ...terminal, note }, 20);
      expect(terminal.noted[1])
        .to.match(new RegExp(`^${hash} is not mined after \\d+ seconds: wait on, or stop with Ctrl-C, look it up`))
        .and.to.match(/run the command again only if it failed or is gone$/);
      const before = terminal.noted.length;
      await new Promise((resolve) => setTimeout(resolve, 60));
      expect(terminal.noted).to.have.lengthOf(before);
    } finally {
      await chain.provider.request({ method: "evm_setAutomine", params: [true] });
    }
  });
});

describe("waitForBlock", () => {
  /** A network whose blocks are those of the list, and then the last one. */
  const network = (chainId: bigint, blocks: number[], isAutomined?: boolean) => {
    const asked: number[] = [];
    return {
      asked,
      getNetwork: () => Promise.resolve({ chainId }) as never,
      getBlockNumber: () => {
        const block = (blocks.length > 1 ? blocks.shift() : blocks[0]) ?? 0;
        asked.push(block);
        return Promise.resolve(block);
      },
      send: (method: string) =>
        isAutomined === undefined ? Promise.reject(new Error(`no ${method}`)) : Promise.resolve(isAutomined),
    };
  };

  it("waits for the next block of a public network, and no longer than one takes", async () => {
    const lively = network(560_048n, [7, 7, 8]);
    await waitForBlock(lively);
    expect(lively.asked).to.deep.equal([7, 7, 8]);
    const stuck = network(560_048n, [7]);
    await waitForBlock(stuck, 1_000);
    expect(stuck.asked).to.deep.equal([7, 7, 7]);
  });

  it("is between two renewals, and not before the first", async () => {
    const data = ISSVErrors__factory.createInterface().encodeErrorResult("IncorrectClusterState");
    const provider = network(560_048n, [7, 8]);
    const attempt = (times: number) =>
      times < 2 ? Promise.reject(Object.assign(new Error("stale"), { data })) : Promise.resolve(provider.asked.length);
    const asked: number[] = [];
    const renew = (times: number) => {
      asked.push(provider.asked.length);
      return Promise.resolve(times + 1);
    };
    const renewed = await whileStale(0, attempt, { renew, provider, terminal: fakeTerminal() });
    expect(renewed).to.deep.equal({ plan: 2, result: 2 });
    expect(asked).to.deep.equal([0, 2]);
  });

  it("does not wait on local chains and forks that are simulated here", async () => {
    for (const local of [network(31_337n, [7]), network(1n, [7], true)]) {
      await waitForBlock(local);
      expect(local.asked).to.deep.equal([]);
    }
  });
});

describe("a node that hangs", () => {
  it("is given a minute, and is named in one line", async () => {
    const hre = await createHardhatRuntimeEnvironment(config, {}, process.cwd());
    for (const name of ["local", "hoodi", "mainnet"])
      expect(hre.config.networks[name]).to.include({ type: "http", timeout: 60_000 });
    const server = createServer(() => undefined);
    await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
    const url = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
    try {
      const hoodi = { type: "http" as const, chainType: "l1" as const, url, timeout: 100 };
      const silent = await createHardhatRuntimeEnvironment({ ...config, networks: { hoodi } }, {}, process.cwd());
      const { provider } = await silent.network.create("hoodi");
      const error: unknown = await provider.request({ method: "eth_call" }).catch((thrown: unknown) => thrown);
      expect(describeError(error, "hoodi")).to.equal(
        "network hoodi has not answered within 60 seconds: use another node, or try again later; what was sent may be mined all the same, so look at the account in an explorer first",
      );
    } finally {
      server.closeAllConnections();
      server.close();
    }
  });
});
