import { expect } from "chai";
import type { HardhatEthersSigner } from "@nomicfoundation/hardhat-ethers/types";
import type { Log } from "ethers";

import { fetchBatches } from "../../clients/batches.ts";
import { DepositLogError, findDeposits } from "../../clients/deposits.ts";
import { KeyUsedError } from "../../clients/unusedKeys.ts";
import { depositDataRoot } from "../../src/consensus/deposit.ts";
import { LOCAL } from "../../src/consensus/network.ts";
import { DEPOSIT_CONTRACT } from "../../src/consensus/systemContracts.ts";
import { withdrawalCredentials } from "../../src/consensus/withdrawalCredentials.ts";
import { signDeposit } from "../../src/keys/depositData.ts";
import { ValidatorKeychain } from "../../src/keys/derivation.ts";
import type { Gwei } from "../../src/units/ether.ts";
import { planActivation } from "../../tasks/commands/activate.ts";
import type { PoolConnection } from "../../tasks/connect.ts";
import { MNEMONIC } from "../helpers/ceremonyFolders.ts";
import { useSuite } from "../helpers/isolation.ts";
import { deployFunded, ETHER, newBatch } from "../helpers/registry.ts";

const keychain = ValidatorKeychain.fromMnemonic(MNEMONIC);

describe("planActivation, while others deposit", () => {
  const suite = useSuite(() => deployFunded(100n));

  /** Whoever made a key deposits for it with credentials of his own. */
  async function deposit(index: number): Promise<void> {
    const credentials = withdrawalCredentials(suite().staker.address, "0x01");
    const terms = { withdrawalCredentials: credentials, amount: 32_000_000_000n as Gwei, network: LOCAL };
    const data = signDeposit(keychain.signingKey(index), terms);
    const contract = await suite().chain.ethers.getContractAt("IDepositContract", DEPOSIT_CONTRACT);
    const root = depositDataRoot(data);
    await contract.deposit(data.pubkey, credentials, data.signature, root, { value: 32n * ETHER });
  }

  /** @param meanwhile Happens when the logs have been read and nobody has approved yet. */
  async function plan(meanwhile: () => Promise<void>) {
    const { ceremony } = await newBatch(suite(), 2);
    const { clusterManager, chain } = suite();
    const watched = new Proxy(clusterManager, {
      get: (target, name) =>
        name === "SSV_NETWORK"
          ? () => meanwhile().then(() => target.SSV_NETWORK())
          : (Reflect.get(target, name, target) as unknown),
    });
    const [sender] = await chain.ethers.getSigners();
    const opened = { pool: { ...suite(), clusterManager: watched } } as unknown as PoolConnection;
    return planActivation(opened, {
      sender: sender as HardhatEthersSigner,
      members: suite().members.slice(0, 3),
      ceremony,
      batches: await fetchBatches(suite(), 0),
      maxCount: 2,
      scanFrom: 0,
    });
  }

  it("H1 refuses a key that somebody deposits for after the logs were read and before the members sign", async () => {
    const error: unknown = await plan(() => deposit(1)).catch((thrown: unknown) => thrown);

    expect(error)
      .to.be.instanceOf(KeyUsedError)
      .with.property("message")
      .that.matches(
        /^validator key has a deposit already, number 0 of all: 32 ETH with foreign withdrawal credentials/,
      );
  });

  it("takes deposits for other keys meanwhile, and says up to which block it looked", async () => {
    const { details, transaction } = await plan(() => deposit(50));

    const newest = await suite().chain.ethers.provider.getBlockNumber();
    expect(details.noEarlierUse).to.equal(`in blocks 0 to ${newest}`);
    await suite().deployer.sendTransaction(transaction);
    expect(await suite().poolETH.totalStaked()).to.equal(64n * ETHER);
  });

  it("names the newest block but one, because nodes that simulate in the newest do not know its hash", async () => {
    const { transaction } = await plan(() => Promise.resolve());

    const newest = await suite().chain.ethers.provider.getBlockNumber();
    const { guard } = suite().poolManager.interface.decodeFunctionData("activate", transaction.data ?? "");
    expect((guard as { blockNumber: bigint }).blockNumber).to.equal(BigInt(newest - 1));
    await suite().deployer.sendTransaction(transaction);
    expect(await suite().poolETH.totalStaked()).to.equal(64n * ETHER);
  });

  it("H1 refuses a node whose logs lack a deposit that the contract has counted", async () => {
    for (const index of [50, 51, 52]) await deposit(index);
    const { provider } = suite().chain.ethers;
    const blocks = { fromBlock: 0, toBlock: await provider.getBlockNumber(), depositCount: 3n };
    const find = (lost: number) => {
      const getLogs = async (...args: Parameters<typeof provider.getLogs>): Promise<Log[]> => {
        const logs = await provider.getLogs(...args);
        return logs.filter((_, i) => i !== lost);
      };
      return findDeposits({ getLogs } as typeof provider, DEPOSIT_CONTRACT, new Set(), blocks);
    };

    for (const lost of [1, 2])
      expect(await find(lost).catch((thrown: unknown) => thrown))
        .to.be.instanceOf(DepositLogError)
        .with.property(
          "message",
          `deposit contract has a deposit that the node's logs lack (got deposit ${lost}): wait until the node has caught up, or use one that keeps all logs`,
        );
    expect(await find(-1)).to.deep.equal([]);
  });
});
