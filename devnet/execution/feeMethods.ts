import { setTimeout as sleep } from "node:timers/promises";

import { toQuantity } from "ethers";

import type { RpcMethods } from "./dispatch.ts";
import { RpcError } from "./jsonRpc.ts";
import type { Upstream } from "./upstream.ts";

/** What is offered to whoever proposes a block, per gas: what ethers and Hardhat offer. */
export const PRIORITY_FEE_WEI = 1_000_000_000n;

/** The base fee rises by an eighth at most (EIP-1559, `BASE_FEE_MAX_CHANGE_DENOMINATOR`). */
const MAX_RISE = 8n;
/** The client names a block as its newest before it has the receipts, from which it takes what was paid. */
const [ATTEMPTS, PAUSE_MS] = [20, 25];
const WITHOUT_RECEIPTS = /Cannot mix BigInt/;

/** Methods that say what gas costs. */
export function feeMethods(upstream: Upstream): RpcMethods {
  return {
    eth_maxPriorityFeePerGas: () => Promise.resolve(toQuantity(PRIORITY_FEE_WEI)),
    // The client's own cannot be asked after a transaction with a price of its own, which it takes for one without.
    eth_gasPrice: async () => {
      const { baseFeePerGas } = (await upstream("eth_getBlockByNumber", ["latest", false])) as {
        baseFeePerGas: string;
      };
      const baseFee = BigInt(baseFeePerGas);
      return toQuantity(baseFee + baseFee / MAX_RISE + 1n + PRIORITY_FEE_WEI);
    },
    eth_feeHistory: async (params) => {
      for (let attempt = 1; ; attempt++) {
        try {
          return await upstream("eth_feeHistory", params);
        } catch (error) {
          if (!(error instanceof RpcError) || !WITHOUT_RECEIPTS.test(error.message) || attempt === ATTEMPTS)
            throw error;
        }
        await sleep(PAUSE_MS);
      }
    },
  };
}
