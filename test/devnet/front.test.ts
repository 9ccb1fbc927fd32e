import { expect } from "chai";
import {
  isCallException,
  isError,
  toQuantity,
  TypedDataEncoder,
  verifyMessage,
  verifyTypedData,
  Wallet,
  ZeroAddress,
} from "ethers";

import { developmentAccounts } from "../../devnet/execution/accounts.ts";
import { estimateGas } from "../../devnet/execution/gasEstimate.ts";
import { callRpc, RpcError } from "../../devnet/execution/jsonRpc.ts";
import type { Upstream } from "../../devnet/execution/upstream.ts";
import { AccessManager__factory, type AccessManager } from "../../typechain-types/index.ts";
import { startChain, startChainFront, type TestChain, type TestFront } from "../helpers/executionChain.ts";
import { failureOf } from "../helpers/failure.ts";

const ETHER = 10n ** 18n;
const MISSING = `0x${"11".repeat(32)}`;

describe("front of the execution client", () => {
  const [alice, bob, carol] = developmentAccounts(3).map(({ address }) => address) as [string, string, string];
  let chain: TestChain;
  let front: TestFront;

  before(async () => {
    chain = await startChain();
    front = await startChainFront(chain, { devnet_echo: (params) => Promise.resolve(params) });
  });

  after(async () => {
    await front.close();
    await chain.close();
  });

  const rpc = (method: string, params: unknown[] = []) => callRpc(front.url, method, params);
  const refusal = async (method: string, params: unknown[] = []) => {
    const error = await failureOf(rpc(method, params));
    if (error instanceof RpcError) return error;
    throw error;
  };

  it("passes on what the client answers, and adds methods", async () => {
    expect(await rpc("net_version")).to.equal("31337");
    expect(await rpc("web3_clientVersion")).to.match(/^EthereumJS/);
    expect(await rpc("hardhat_getAutomine")).to.equal(true);
    expect(await rpc("devnet_echo", [1, "two"])).to.deep.equal([1, "two"]);
    const error = await refusal("eth_unheardOf");
    expect(error.code).to.equal(-32_601);
    expect(error.message).to.equal("the method eth_unheardOf does not exist/is not available");
  });

  it("sends for the development accounts, as ethers does by default", async () => {
    expect(await rpc("eth_accounts")).to.deep.equal(developmentAccounts().map(({ address }) => address.toLowerCase()));
    const signer = await front.provider.getSigner(0);
    const before = await front.provider.getBalance(alice);
    const sent = await signer.sendTransaction({ to: carol, value: ETHER });
    const receipt = await sent.wait();
    expect(receipt?.status).to.equal(1);
    expect(receipt?.gasUsed).to.equal(21_000n);
    expect(await front.provider.getBalance(alice)).to.equal(before - ETHER - (receipt?.fee ?? 0n));
  });

  it("says what gas costs, also after a transaction that names its price", async () => {
    const signer = await front.provider.getSigner(0);
    const gasPrice = BigInt((await rpc("eth_gasPrice")) as string);
    const receipt = await (await signer.sendTransaction({ to: carol, value: 1n, type: 0, gasPrice })).wait();
    expect(receipt?.gasPrice).to.equal(gasPrice);
    const block = await front.provider.getBlock(receipt?.blockNumber ?? 0);
    const baseFee = block?.baseFeePerGas ?? 0n;
    expect(gasPrice >= baseFee).to.equal(true);
    const newest = (await front.provider.getBlock("latest"))?.baseFeePerGas ?? 0n;
    expect(BigInt((await rpc("eth_gasPrice")) as string)).to.equal(newest + newest / 8n + 1_000_000_001n);
    const number = `0x${receipt?.blockNumber.toString(16)}`;
    expect(await rpc("eth_feeHistory", ["0x1", number, [50]])).to.deep.include({
      reward: [[`0x${(gasPrice - baseFee).toString(16)}`]],
    });
  });

  it("takes transactions of wallets, which choose fees and nonce themselves", async () => {
    const wallet = Wallet.createRandom(front.provider);
    const funding = await (await front.provider.getSigner(0)).sendTransaction({ to: wallet.address, value: ETHER });
    await funding.wait();
    const receipt = await (await wallet.sendTransaction({ to: alice, value: 1n })).wait();
    expect(receipt?.status).to.equal(1);
    const poor = await failureOf(wallet.sendTransaction({ to: alice, value: ETHER, gasLimit: 21_000n }));
    expect(isError(poor, "INSUFFICIENT_FUNDS")).to.equal(true);
    const late = await failureOf(wallet.sendTransaction({ to: alice, nonce: 0 }));
    expect(isError(late, "NONCE_EXPIRED")).to.equal(true);
  });

  it("numbers many transactions that come at once", async () => {
    const nonce = Number(await rpc("eth_getTransactionCount", [bob, "latest"]));
    const send = () => rpc("eth_sendTransaction", [{ from: bob, to: carol, value: "0x1" }]) as Promise<string>;
    const hashes = await Promise.all(Array.from({ length: 30 }, send));
    const receipts = await Promise.all(hashes.map((hash) => front.provider.waitForTransaction(hash)));
    const found = await Promise.all(hashes.map((hash) => front.provider.getTransaction(hash)));
    expect(receipts.map((receipt) => receipt?.status)).to.deep.equal(hashes.map(() => 1));
    expect(found.map((transaction) => transaction?.nonce).sort((a, b) => Number(a) - Number(b))).to.deep.equal(
      hashes.map((_, i) => nonce + i),
    );
  });

  it("sends for nobody whose key it does not have", async () => {
    const { address } = Wallet.createRandom();
    const error = await refusal("eth_sendTransaction", [{ from: address, to: alice }]);
    expect(error.code).to.equal(-32_602);
    expect(error.message).to.match(new RegExp(`^no key of account ${address}: .*30 of eth_accounts`));
    expect((await refusal("eth_sendTransaction")).message).to.match(/^no key of account undefined/);
  });

  it("signs messages and typed data", async () => {
    const signer = await front.provider.getSigner(1);
    expect(verifyMessage("hello", await signer.signMessage("hello"))).to.equal(bob);
    expect(verifyMessage("hello", await signer._legacySignMessage("hello"))).to.equal(bob);
    const domain = { name: "Pool", version: "1", chainId: 31_337n, verifyingContract: carol };
    const types = {
      Permit: [
        { name: "owner", type: "address" },
        { name: "value", type: "uint256" },
      ],
    };
    const value = { owner: bob, value: 5n };
    expect(verifyTypedData(domain, types, value, await signer.signTypedData(domain, types, value))).to.equal(bob);
    const payload = TypedDataEncoder.getPayload(domain, types, value) as object;
    const wrong = await refusal("eth_signTypedData_v4", [bob, JSON.stringify({ ...payload, primaryType: "Other" })]);
    expect(wrong.message).to.match(/the types describe Permit, not Other/);
  });

  it("answers batches in order, and what is no request with an error", async () => {
    const call = (id: number, method: string) => ({ jsonrpc: "2.0", id, method });
    const answers = await post(JSON.stringify([call(1, "eth_chainId"), call(2, "eth_unheardOf"), { id: 3 }]));
    expect(answers.status).to.equal(200);
    const [first, second, third] = (await answers.json()) as Record<string, unknown>[];
    expect(first).to.deep.equal({ jsonrpc: "2.0", id: 1, result: "0x7a69" });
    expect(second).to.have.nested.property("error.code", -32_601);
    expect(third).to.have.nested.property("error.code", -32_600);
    for (const [body, code] of [
      ["{", -32_700],
      ["[]", -32_600],
      ["7", -32_600],
    ] as const)
      expect(await (await post(body)).json()).to.have.nested.property("error.code", code);
    const notification = await post(JSON.stringify({ jsonrpc: "2.0", method: "eth_chainId" }));
    expect(notification.status).to.equal(204);
  });

  it("refuses pages of other places, other types and large bodies", async () => {
    const body = JSON.stringify({ jsonrpc: "2.0", id: 1, method: "eth_chainId" });
    for (const origin of ["https://example.org", "http://localhost.example.org", "null"])
      expect((await post(body, { origin })).status, origin).to.equal(403);
    const local = await post(body, { origin: "http://localhost:5173" });
    expect(local.status).to.equal(200);
    expect(local.headers.get("access-control-allow-origin")).to.equal("http://localhost:5173");
    expect((await post(body, { "content-type": "text/plain" })).status).to.equal(415);
    expect((await post(`"${"a".repeat(9 * 2 ** 20)}"`)).status).to.equal(413);
  });

  it("allows a page of this machine to ask", async () => {
    const headers = { origin: "http://localhost:5173", "access-control-request-method": "POST" };
    const response = await fetch(front.url, { method: "OPTIONS", headers });
    expect(response.status).to.equal(204);
    expect(response.headers.get("access-control-allow-headers")).to.equal("content-type");
  });

  it("calls at the latest block where the pending one is asked for", async () => {
    expect(await rpc("eth_getBalance", [carol, "pending"])).to.equal(await rpc("eth_getBalance", [carol, "latest"]));
    expect(await front.provider.getBlock("pending")).to.have.property("number");
  });

  it("estimates and traces as tools ask for it", async () => {
    const fees = { maxFeePerGas: "0x3b9aca00", maxPriorityFeePerGas: "0x1" };
    expect(await rpc("eth_estimateGas", [{ from: alice, to: carol, ...fees }])).to.equal("0x5208");
    expect(await rpc("eth_maxPriorityFeePerGas")).to.equal("0x3b9aca00");
    const sent = await (await front.provider.getSigner(0)).sendTransaction({ to: carol });
    await sent.wait();
    expect(await rpc("debug_traceTransaction", [sent.hash])).to.have.property("structLogs");
    expect(await rpc("eth_getTransactionByHash", [MISSING])).to.equal(null);
  });

  it("estimates at one block, also where the next one comes meanwhile", async () => {
    const { rpcUrl } = chain.client;
    const [payer] = developmentAccounts(4).slice(3);
    const from = payer?.address ?? "";
    let isSpent = false;
    const upstream: Upstream = async (method, params = []) => {
      const answer = await callRpc(rpcUrl, method, params);
      if (method === "eth_call" && !isSpent) {
        isSpent = true;
        const signer = await front.provider.getSigner(from);
        await (await signer.sendTransaction({ to: carol, value: ETHER })).wait();
      }
      return answer;
    };
    const value = toQuantity(await front.provider.getBalance(from));
    expect(await estimateGas(upstream, { from, to: bob, value, data: "0x" })).to.equal("0x5208");
    expect((await refusal("eth_estimateGas", [{ from, to: bob, value }])).message).to.include("insufficient funds");
  });

  describe("with a contract", () => {
    let manager: AccessManager;

    before(async () => {
      const signer = await front.provider.getSigner(0);
      manager = await new AccessManager__factory(signer).deploy(alice);
      await manager.waitForDeployment();
    });

    it("has ethers decode custom errors of calls, estimates and deployments", async () => {
      const stranger = manager.connect(await front.provider.getSigner(1));
      for (const attempt of [
        stranger.grantRole.staticCall(1n, bob, 0),
        stranger.grantRole.estimateGas(1n, bob, 0),
        stranger.grantRole(1n, bob, 0),
      ]) {
        const error = await failureOf(attempt);
        if (!isCallException(error)) throw error;
        expect(manager.interface.parseError(error.data ?? "0x")?.name).to.equal("AccessManagerUnauthorizedAccount");
      }
      const deployment = new AccessManager__factory(await front.provider.getSigner(0)).deploy(ZeroAddress);
      expect(((await failureOf(deployment)) as { data?: string }).data).to.match(/^0x[0-9a-f]{72}/);
      const data = stranger.interface.encodeFunctionData("grantRole", [1n, bob, 0]);
      const raw = await refusal("eth_call", [{ from: bob, to: await manager.getAddress(), data }, "latest"]);
      expect([raw.code, raw.message]).to.deep.equal([3, "execution reverted"]);
    });

    it("shows ethers the events of contracts, and numbers logs alike everywhere", async () => {
      const seen = new Promise<bigint>((resolve, reject) => {
        manager
          .once(manager.filters.RoleLabel, (roleId) => {
            resolve(roleId);
          })
          .catch(reject);
      });
      const sent = await manager.multicall(
        [1n, 2n].map((role) => manager.interface.encodeFunctionData("labelRole", [role, `role ${role}`])),
      );
      const receipt = await sent.wait();
      expect(await seen).to.equal(1n);
      const [block] = (await rpc("eth_getBlockReceipts", [receipt?.blockHash])) as { logs: { logIndex: string }[] }[];
      expect(block?.logs.map(({ logIndex }) => Number(logIndex))).to.deep.equal([0, 1]);
      expect(receipt?.logs.map(({ index }) => index)).to.deep.equal([0, 1]);
    });

    it("estimates gas with which a transaction succeeds that is refunded some", async () => {
      const role = 7n;
      await (await manager.grantRole(role, carol, 0)).wait();
      const estimate = await manager.revokeRole.estimateGas(role, carol);
      const receipt = await (await manager.revokeRole(role, carol)).wait();
      expect(receipt?.status).to.equal(1);
      expect(estimate > (receipt?.gasUsed ?? 0n)).to.equal(true);
    });
  });

  async function post(body: string, headers: Record<string, string> = {}): Promise<Response> {
    return fetch(front.url, { method: "POST", headers: { "content-type": "application/json", ...headers }, body });
  }
});
