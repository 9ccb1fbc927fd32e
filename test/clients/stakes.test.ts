import { expect } from "chai";
import type { Filter, FilterByBlockHash } from "ethers";

import { fetchStakes, requireAllStakes, StakeLogError } from "../../clients/stakes.ts";
import { depositDataRoot, isDepositSignatureValid } from "../../src/consensus/deposit.ts";
import { LOCAL } from "../../src/consensus/network.ts";
import { DEPOSIT_CONTRACT } from "../../src/consensus/systemContracts.ts";
import { gwei } from "../../src/units/ether.ts";
import { fromHex } from "../../src/units/hex.ts";
import { activate, makeCeremony, registerCeremony } from "../helpers/activation.ts";
import { throughProvider } from "../helpers/changedProvider.ts";
import { useSuite } from "../helpers/isolation.ts";
import { deploySuite } from "../helpers/suite.ts";

const ETHER = 10n ** 18n;

describe("fetchStakes", () => {
  const suite = useSuite(async () => {
    const deployed = await deploySuite();
    const { chain, deployer, poolETH } = deployed;
    await poolETH.deposit(deployer.address, chain.ethers.ZeroAddress, { value: 200n * ETHER });
    const ceremony = await makeCeremony(deployed, 4);
    const batchId = await registerCeremony(deployed, ceremony);
    return { ...deployed, ceremony, batchId };
  });

  const fetch = async (poolETH = suite().poolETH) =>
    fetchStakes(poolETH, { fromBlock: 0, toBlock: await suite().chain.ethers.provider.getBlockNumber() });
  const mineTogether = async (send: () => Promise<void>) => {
    const { provider } = suite().chain;
    await provider.request({ method: "evm_setAutomine", params: [false] });
    await send();
    await provider.request({ method: "evm_setAutomine", params: [true] });
    await suite().chain.networkHelpers.mine();
  };
  /** Somebody's deposit of one ether for the ceremony's key at a position. */
  const depositAt = async (position: number) => {
    const { ceremony, chain, deployer } = suite();
    const credentials = fromHex(ceremony.withdrawalCredentials, "credentials");
    const signature = new Uint8Array(96);
    const pubkey = fromHex(ceremony.keys[position]?.pubkey ?? "", "pubkey");
    const data = { pubkey, withdrawalCredentials: credentials, amount: gwei(10n ** 9n), signature };
    const contract = await chain.ethers.getContractAt("IDepositContract", DEPOSIT_CONTRACT, deployer);
    const options = { value: ETHER, gasLimit: 1_000_000 };
    await contract.deposit(pubkey, credentials, signature, depositDataRoot(data), options);
  };

  it("reads what the pool deposited, in its order and as it was signed", async () => {
    const { ceremony, batchId, poolETH } = suite();
    expect(await fetch()).to.deep.equal([]);
    await activate(suite(), ceremony, batchId, 0, 3);
    await activate(suite(), ceremony, batchId, 3, 4);
    const stakes = await fetch();
    expect(stakes.map(({ pubkey, signature }) => [pubkey, signature])).to.deep.equal(
      ceremony.keys.map(({ pubkey, depositSignature }) => [pubkey, depositSignature]),
    );
    for (const { pubkey, withdrawalCredentials, amountGwei, signature } of stakes) {
      expect({ withdrawalCredentials, amountGwei }).to.deep.equal({
        withdrawalCredentials: ceremony.withdrawalCredentials,
        amountGwei: 32_000_000_000n,
      });
      const data = {
        pubkey: fromHex(pubkey, "pubkey"),
        withdrawalCredentials: fromHex(withdrawalCredentials, "credentials"),
        amount: gwei(amountGwei),
        signature: fromHex(signature, "signature"),
      };
      expect(isDepositSignatureValid(data, LOCAL)).to.equal(true);
    }
    requireAllStakes(stakes, await poolETH.totalStaked());
    expect(() => {
      requireAllStakes(stakes.slice(1), 128n * ETHER);
    }).to.throw(StakeLogError, "stakes are not all that the pool has staked (got 96000000000000000000 of");
  });

  it("takes no deposit of others for the pool's, also in the same block and for the same keys", async () => {
    const { ceremony, batchId, chain, poolETH } = suite();
    const before = await chain.ethers.provider.getBlockNumber();
    await mineTogether(async () => {
      await activate(suite(), ceremony, batchId, 0, 2);
      await depositAt(0);
      await depositAt(3);
    });
    expect(await chain.ethers.provider.getBlockNumber()).to.equal(before + 1);
    const logs = await chain.ethers.provider.getLogs({ address: DEPOSIT_CONTRACT, fromBlock: before + 1 });
    expect(logs).to.have.lengthOf(4);
    expect(await poolETH.totalStaked()).to.equal(64n * ETHER);
    const stakes = await fetch();
    expect(stakes.map(({ pubkey }) => pubkey)).to.deep.equal(ceremony.keys.slice(0, 2).map(({ pubkey }) => pubkey));
    requireAllStakes(stakes, 64n * ETHER);
  });

  it("H34 refuses logs of which one is missing", async () => {
    const { ceremony, batchId, chain, poolETH } = suite();
    await activate(suite(), ceremony, batchId, 0, 3);
    const { provider } = chain.ethers;
    const forgetful = throughProvider(poolETH, {
      getLogs: async (filter: Filter | FilterByBlockHash) => {
        const logs = await provider.getLogs(filter);
        return filter.address === DEPOSIT_CONTRACT ? logs.slice(1) : logs;
      },
    });
    const error: unknown = await fetch(forgetful).catch((caught: unknown) => caught);
    expect(error).to.be.instanceOf(StakeLogError);
    expect(String(error)).to.contain("(got 2 of 3 deposits in transaction 0x");
  });
});
