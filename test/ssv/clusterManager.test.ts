import { expect } from "chai";
import { toBeHex } from "ethers";

import { useSuite } from "../helpers/isolation.ts";
import { deployFunded, ETHER } from "../helpers/registry.ts";
import { EMPTY_CLUSTER } from "../helpers/ssv.ts";

/** Two years of blocks. */
const MAX_RUNWAY = 5_256_000;
/** Where the contract keeps its owner nonce, in the lowest 64 bits. */
const STORAGE_SLOT = "0xb6d72a1df9d4ccf51a9795dfe852862e9a45c60fd177d541b3c9b82150b1f000";
const OPERATORS = [1n, 2n, 3n, 4n];

describe("ClusterManager", () => {
  const deployed = useSuite(() => deployFunded(100n));

  it("named the rewards vault as fee recipient at SSV when it was deployed", async () => {
    const { ssvNetwork, clusterManager, rewardsVault } = deployed();
    const events = await ssvNetwork.queryFilter(ssvNetwork.filters.FeeRecipientAddressUpdated());
    expect(events.map(({ args }) => [args.owner, args.recipientAddress])).to.deep.equal([
      [await clusterManager.getAddress(), await rewardsVault.getAddress()],
    ]);
  });

  it("cannot be initialized again", async () => {
    const { clusterManager, rewardsVault } = deployed();
    await expect(clusterManager.initialize(await rewardsVault.getAddress(), 2, 1)).to.be.revertedWithCustomError(
      clusterManager,
      "InvalidInitialization",
    );
  });

  it("takes ether into the reserve from anyone, by call and by transfer", async () => {
    const { clusterManager, staker } = deployed();
    const before = await clusterManager.reserve();
    await expect(clusterManager.connect(staker).depositReserve({ value: 2n * ETHER }))
      .to.emit(clusterManager, "ReserveDeposited")
      .withArgs(staker.address, 2n * ETHER);
    await expect(staker.sendTransaction({ to: await clusterManager.getAddress(), value: 3n }))
      .to.emit(clusterManager, "ReserveDeposited")
      .withArgs(staker.address, 3n);
    expect(await clusterManager.reserve()).to.equal(before + 2n * ETHER + 3n);
  });

  it("registers for nobody but the pool manager", async () => {
    const { clusterManager, admin, operator } = deployed();
    for (const caller of [admin, operator])
      await expect(clusterManager.connect(caller).register("0x", "0x", 0, OPERATORS, EMPTY_CLUSTER, 0))
        .to.be.revertedWithCustomError(clusterManager, "CallerNotPoolManager")
        .withArgs(caller.address);
  });

  describe("when the pool manager registers", () => {
    /** Registers `count` keys whose shares are signed from `firstNonce` on, when `nonce` are registered. */
    const registerAt = async (nonce: number, count: number, firstNonce = nonce) => {
      const { chain, clusterManager, poolManager } = deployed();
      const { networkHelpers } = chain;
      const address = await clusterManager.getAddress();
      const slot = BigInt(await networkHelpers.getStorageAt(address, STORAGE_SLOT));
      expect(slot & (2n ** 64n - 1n)).to.equal(await clusterManager.ownerNonce());
      await networkHelpers.setStorageAt(address, STORAGE_SLOT, toBeHex(slot + BigInt(nonce), 32));

      const manager = await chain.ethers.getImpersonatedSigner(await poolManager.getAddress());
      await networkHelpers.setBalance(manager.address, ETHER);
      const keys = `0x${"ab".repeat(48)}${"cd".repeat(48)}`;
      const shares = new Uint8Array(1_312 * count);
      return clusterManager.connect(manager).register(keys, shares, count, OPERATORS, EMPTY_CLUSTER, firstNonce);
    };

    for (const firstNonce of [6, 8])
      it(`H14 reverts for shares that are signed for nonce ${firstNonce} instead of 7`, async () => {
        const { clusterManager } = deployed();
        await expect(registerAt(7, 2, firstNonce))
          .to.be.revertedWithCustomError(clusterManager, "NonceOutOfOrder")
          .withArgs(7n, firstNonce);
      });

    it("registers the key with the last nonce that SSV nodes can count", async () => {
      const { clusterManager, ssvNetwork } = deployed();
      await expect(registerAt(65_535, 1)).to.emit(ssvNetwork, "ValidatorAdded");
      expect(await clusterManager.ownerNonce()).to.equal(65_536n);
    });

    it("reverts for the key after it", async () => {
      const { clusterManager } = deployed();
      await expect(registerAt(65_536, 1))
        .to.be.revertedWithCustomError(clusterManager, "OwnerNonceExhausted")
        .withArgs(65_536n, 1n);
    });

    it("reverts when one key of several would be after it", async () => {
      const { clusterManager } = deployed();
      await expect(registerAt(65_535, 2))
        .to.be.revertedWithCustomError(clusterManager, "OwnerNonceExhausted")
        .withArgs(65_535n, 2n);
    });
  });
});

describe("ClusterManager.setRunway", () => {
  const deployed = useSuite(() => deployFunded(1n));

  it("sets both, up to two years", async () => {
    const { clusterManager, admin } = deployed();
    for (const [runwayBlocks, minRunwayBlocks] of [
      [2, 1],
      [MAX_RUNWAY, MAX_RUNWAY - 1],
    ] as const) {
      await expect(clusterManager.connect(admin).setRunway(runwayBlocks, minRunwayBlocks))
        .to.emit(clusterManager, "RunwayChanged")
        .withArgs(runwayBlocks, minRunwayBlocks);
      expect(await clusterManager.runway()).to.deep.equal([BigInt(runwayBlocks), BigInt(minRunwayBlocks)]);
    }
  });

  for (const [what, runwayBlocks, minRunwayBlocks] of [
    ["no minimum", 100, 0],
    ["a minimum as long as the runway", 100, 100],
    ["a minimum above the runway", 100, 101],
    ["more than two years", MAX_RUNWAY + 1, 1],
  ] as const)
    it(`reverts for ${what}`, async () => {
      const { clusterManager, admin } = deployed();
      await expect(clusterManager.connect(admin).setRunway(runwayBlocks, minRunwayBlocks))
        .to.be.revertedWithCustomError(clusterManager, "RunwayOutOfRange")
        .withArgs(runwayBlocks, minRunwayBlocks);
    });

  it("reverts for everybody but the administrator", async () => {
    const { clusterManager, operator } = deployed();
    await expect(clusterManager.connect(operator).setRunway(100, 50))
      .to.be.revertedWithCustomError(clusterManager, "CallerNotAuthorized")
      .withArgs(operator.address, clusterManager.interface.getFunction("setRunway").selector);
  });
});
