import { expect } from "chai";
import { ZeroAddress } from "ethers";
import hre from "hardhat";

import { DevnetProcess } from "../../scripts/lifecycle/devnetProcess.ts";
import { activateKeys, registerKeys } from "../../scripts/lifecycle/keys.ts";
import { LivePool } from "../../scripts/lifecycle/livePool.ts";

const EPOCHS = 12;

describe("presets and forks of a devnet", function () {
  this.timeout(400_000);

  it("finalizes mainnet's epochs, in which a validator becomes active", async () => {
    const pool = await LivePool.start(hre, { preset: "mainnet", foreignValidators: 48 });
    try {
      const { deployer, poolETH } = pool.suite;
      await (await poolETH.deposit(deployer.address, ZeroAddress, { value: 100n * 10n ** 18n })).wait();
      const batch = await registerKeys(pool, 1);
      await activateKeys(pool, batch, 0, 1);
      const pubkeys = batch.ceremony.keys.map(({ pubkey }) => pubkey);
      const status = async () => [...(await pool.beacon.validators("head", pubkeys)).values()][0]?.status;
      for (let epoch = 0; epoch < EPOCHS && (await status()) !== "active_ongoing"; epoch++) await pool.advanceEpochs(1);
      expect(await status()).to.equal("active_ongoing");
      const { epoch, finalizedEpoch, slotsPerEpoch } = await pool.devnet.status();
      expect(slotsPerEpoch).to.equal(32);
      expect(finalizedEpoch).to.be.at.least(epoch - 3);
    } finally {
      await pool.stop();
    }
  });

  it("finalizes a chain of Electra", async () => {
    const devnet = await DevnetProcess.start(["--fork", "electra", "--foreign", "16"]);
    const { epoch, finalizedEpoch, fork } = { ...(await devnet.client.advance(40)), ...(await devnet.client.status()) };
    expect([fork, finalizedEpoch >= epoch - 3]).to.deep.equal(["electra", true]);
    expect(await devnet.stop()).to.deep.include({ code: 0 });
  });
});
