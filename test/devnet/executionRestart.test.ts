import { expect } from "chai";
import { Transaction, type TransactionReceiptParams } from "ethers";

import { developmentAccounts } from "../../devnet/execution/accounts.ts";
import { callRpc } from "../../devnet/execution/jsonRpc.ts";
import { CHAIN_ID, startChain, type TestChain } from "../helpers/executionChain.ts";

const ROUNDS = 4;
/** Emits an empty log (LOG0) and ends: code of a contract, and what creates it. */
const EMITTER = "0x6005600c60003960056000f360006000a000";

describe("execution client that is killed", () => {
  let chain: TestChain;
  const [sender] = developmentAccounts(1);
  let nonce = 0;

  before(async () => {
    chain = await startChain();
  });

  after(async () => {
    await chain.close();
  });

  const rpc = (method: string, params: unknown[] = []) => callRpc(chain.client.rpcUrl, method, params);

  async function send(to: string | null, data: string): Promise<string> {
    const fees = { maxFeePerGas: 10n ** 10n, maxPriorityFeePerGas: 1n };
    const raw = await sender?.signTransaction({ chainId: CHAIN_ID, nonce, to, data, gasLimit: 100_000, ...fees });
    nonce++;
    await rpc("eth_sendRawTransaction", [raw]);
    return Transaction.from(raw).hash ?? "";
  }

  it("goes on with its chain, wherever it was", async () => {
    const creation = await send(null, EMITTER);
    await chain.driver.produceBlock();
    const { contractAddress } = (await rpc("eth_getTransactionReceipt", [creation])) as TransactionReceiptParams;
    const emitter = contractAddress ?? "";

    for (let round = 0; round < ROUNDS; round++) {
      const call = await send(emitter, "0x");
      const { blockHash, blockNumber } = await chain.driver.produceBlock();
      const interrupted = chain.driver.produceBlock().catch(() => undefined);
      await new Promise((resolve) => setTimeout(resolve, round * 7));
      process.kill(chain.client.pid, "SIGKILL");
      await Promise.all([chain.client.ended, interrupted]);
      await chain.restart();

      const head = Number(await rpc("eth_blockNumber"));
      expect(head).to.be.within(Number(blockNumber), Number(blockNumber) + 1);
      const receipt = (await rpc("eth_getTransactionReceipt", [call])) as { blockHash: string; logs: unknown[] };
      expect(receipt.blockHash).to.equal(blockHash);
      expect(receipt.logs).to.have.length(1);
      const filter = { address: emitter, fromBlock: "0x0", toBlock: "latest" };
      expect(await rpc("eth_getLogs", [filter])).to.have.length(round + 1);
      expect(Number(await rpc("eth_getTransactionCount", [sender?.address, "latest"]))).to.equal(nonce);
      expect(Number((await chain.driver.produceBlock()).blockNumber)).to.equal(head + 1);
    }
  });
});
