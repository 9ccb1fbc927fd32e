import { expect } from "chai";

import { fetchChainPayments, paidUpTo } from "../../scripts/lifecycle/chainPayments.ts";

const GWEI = 10n ** 9n;
const VAULTS = { withdrawal: "0xAA", rewards: "0xBB" };
const hex = (value: bigint) => `0x${value.toString(16)}`;

/** Two blocks: the first pays tips to the vault, the second to somebody else; both withdraw. */
const provider = {
  send: (method: string, [which]: unknown[]) => {
    if (method === "eth_getTransactionReceipt")
      return Promise.resolve({ gasUsed: hex(which === "0x01" ? 10n : 100n), effectiveGasPrice: hex(9n) });
    return Promise.resolve({
      miner: which === "0x1" ? "0xbb" : "0xcc",
      baseFeePerGas: hex(7n),
      transactions: ["0x01", "0x02"],
      withdrawals: [
        { address: "0xaa", amount: hex(3n) },
        { address: "0xdd", amount: hex(50n) },
      ],
    });
  },
};

describe("what blocks pay to the vaults", () => {
  it("is withdrawals to one, and priority fees of own blocks to the other", async () => {
    const payments = await fetchChainPayments(provider, VAULTS, 2);
    expect(payments).to.deep.equal([
      { blockNumber: 1, withdrawalsWei: 3n * GWEI, tipsWei: 220n },
      { blockNumber: 2, withdrawalsWei: 3n * GWEI, tipsWei: 0n },
    ]);
    expect(paidUpTo(payments, 0)).to.equal(0n);
    expect(paidUpTo(payments, 1)).to.equal(3n * GWEI + 220n);
    expect(paidUpTo(payments, 2)).to.equal(6n * GWEI + 220n);
  });
});
