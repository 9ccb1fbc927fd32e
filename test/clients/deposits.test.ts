import { expect } from "chai";
import type { Provider } from "ethers";

import { fetchClusterSnapshot } from "../../clients/ownerEvents.ts";
import { fetchDeposits } from "../../clients/deposits.ts";
import { DEPOSIT_CONTRACT } from "../../src/consensus/systemContracts.ts";
import { fromHex } from "../../src/units/hex.ts";
import { ISSVNetwork__factory } from "../../typechain-types/index.ts";
import { activate, makeCeremony, registerCeremony } from "../helpers/activation.ts";
import { deploySuite, type TestSuite } from "../helpers/suite.ts";

describe("what a client reads after an activation", () => {
  let suite: TestSuite;
  let ceremony: Awaited<ReturnType<typeof makeCeremony>>;
  let batchId: bigint;

  before(async () => {
    suite = await deploySuite();
    const { deployer, poolETH } = suite;
    await poolETH.deposit(deployer.address, suite.chain.ethers.ZeroAddress, { value: 96n * 10n ** 18n });
    ceremony = await makeCeremony(suite, 3);
    batchId = await registerCeremony(suite, ceremony);
    await activate(suite, ceremony, batchId, 0, 2);
  });

  it("reads deposits as they were signed", async () => {
    const deposits = await fetchDeposits(suite.chain.ethers.provider, DEPOSIT_CONTRACT, 0);

    expect(deposits).to.deep.equal(
      ceremony.keys.slice(0, 2).map(({ pubkey, depositSignature }, i) => ({
        pubkey: fromHex(pubkey, "pubkey"),
        withdrawalCredentials: fromHex(ceremony.withdrawalCredentials, "credentials"),
        amount: 32_000_000_000n,
        signature: fromHex(depositSignature, "signature"),
        index: BigInt(i),
      })),
    );
  });

  it("reads a snapshot that can be handed to the next activation, also from a node that refuses long ranges", async () => {
    await activate(suite, ceremony, batchId, 2, 3);

    const { clusterManager, ssvNetwork } = suite;
    const { provider } = suite.chain.ethers;
    await suite.chain.networkHelpers.mine(3_000);
    const newest = await provider.getBlockNumber();
    // As nodes of public networks do, it refuses long ranges.
    const shortRanges: Provider = {
      getNetwork: () => provider.getNetwork(),
      getBlockNumber: () => Promise.resolve(newest),
      call: (transaction) => provider.call(transaction),
      getLogs: (filter: { fromBlock: number; toBlock?: number }) =>
        (filter.toBlock ?? newest) - filter.fromBlock > 2_000
          ? Promise.reject(new Error("range too long"))
          : provider.getLogs(filter),
      get provider() {
        return shortRanges;
      },
    } as Provider;
    const [network, owner] = await Promise.all([ssvNetwork.getAddress(), clusterManager.getAddress()]);
    const refusing = ISSVNetwork__factory.connect(network, shortRanges);
    const snapshot = await fetchClusterSnapshot(refusing, owner, ceremony.operatorIds);
    expect(snapshot.validatorCount).to.equal(3n);
    expect(await clusterManager.runwayOf([...ceremony.operatorIds], snapshot)).to.equal(648_000n - 3_000n);
  });
});
