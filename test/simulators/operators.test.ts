import { expect } from "chai";
import { ZeroAddress } from "ethers";
import { network as connections } from "hardhat";

import { deploySSV, EMPTY_CLUSTER, OPERATOR_FEE, OPERATOR_IDS, publicKeys, register } from "../helpers/ssv.ts";

const connection = await connections.create();
const { networkHelpers } = connection;
const ETHER = 10n ** 18n;
const STEP = 100_000n;

async function fixture() {
  const ssv = await deploySSV(connection);
  return { ...ssv, operators: ssv.network.connect(ssv.operatorOwner) };
}

async function serving() {
  const ssv = await fixture();
  return { ...ssv, cluster: await register(ssv, EMPTY_CLUSTER, publicKeys(2), ETHER) };
}

describe("SSV simulator: operators", () => {
  it("checks the fee before the key", async () => {
    const { operators } = await networkHelpers.loadFixture(fixture);
    const [key, newKey] = ["0x" + "00".repeat(31) + "01", "0x77"];
    const cases: [string, bigint, string][] = [
      [key, 10_000_000n - STEP, "FeeTooLow"],
      [key, 5_000_000_000n + STEP, "FeeTooHigh"],
      [key, OPERATOR_FEE + 1n, "OperatorAlreadyExists"],
      [newKey, OPERATOR_FEE + 1n, "MaxPrecisionExceeded"],
    ];

    for (const [publicKey, fee, error] of cases)
      await expect(operators.registerOperator(publicKey, fee, false)).to.be.revertedWithCustomError(operators, error);
    await expect(operators.registerOperator(newKey, 0n, true))
      .to.emit(operators, "OperatorPrivacyStatusUpdated")
      .withArgs([6n], true);
  });

  it("lets the owner only manage an operator", async () => {
    const { network, operators, operatorOwner, stranger } = await networkHelpers.loadFixture(fixture);
    const calls: (() => Promise<unknown>)[] = [
      () => network.connect(stranger).removeOperator(1n),
      () => network.connect(stranger).declareOperatorFee(1n, 0n),
      () => network.connect(stranger).executeOperatorFee(1n),
      () => network.connect(stranger).cancelDeclaredOperatorFee(1n),
      () => network.connect(stranger).reduceOperatorFee(1n, 0n),
      () => network.connect(stranger).withdrawOperatorEarnings(1n, 1n),
      () => network.connect(stranger).setOperatorsPrivateUnchecked([1n]),
      () => network.connect(stranger).setOperatorsWhitelists([1n], [stranger]),
      () => network.connect(stranger).removeOperatorsWhitelistingContract([1n]),
    ];

    for (const call of calls)
      await expect(call())
        .to.be.revertedWithCustomError(network, "CallerNotOwnerWithData")
        .withArgs(stranger.address, operatorOwner.address);
    await expect(operators.removeOperator(9n)).to.be.revertedWithCustomError(network, "OperatorDoesNotExist");
  });

  it("raises a fee by the limit at most, within the window", async () => {
    const { network, operators, views } = await networkHelpers.loadFixture(fixture);
    const fee = (OPERATOR_FEE * 11n) / 10n;
    const revert = async (call: Promise<unknown>, error: string) => {
      await expect(call).to.be.revertedWithCustomError(network, error);
    };

    await revert(operators.declareOperatorFee(1n, OPERATOR_FEE), "SameFeeChangeNotAllowed");
    await revert(operators.declareOperatorFee(1n, fee + STEP), "FeeExceedsIncreaseLimit");
    await revert(operators.executeOperatorFee(1n), "NoFeeDeclared");
    await operators.declareOperatorFee(1n, fee);
    const declared = await views.getOperatorDeclaredFee(1n);
    expect([declared.isFeeDeclared, declared.fee]).to.deep.equal([true, fee]);
    expect(declared.approvalEndTime - declared.approvalBeginTime).to.equal(1_000n);

    await revert(operators.executeOperatorFee(1n), "ApprovalNotWithinTimeframe");
    await networkHelpers.time.increaseTo(declared.approvalBeginTime);
    await operators.executeOperatorFee(1n);
    expect(await views.getOperatorFee(1n)).to.equal(fee);
    await revert(operators.cancelDeclaredOperatorFee(1n), "NoFeeDeclared");
  });

  it("drops a declaration when its window is over, it is cancelled or the fee is reduced", async () => {
    const { network, operators } = await networkHelpers.loadFixture(fixture);
    const fee = (OPERATOR_FEE * 11n) / 10n;

    await operators.declareOperatorFee(1n, fee);
    await networkHelpers.time.increase(2_001);
    const late = operators.executeOperatorFee(1n);
    await expect(late).to.be.revertedWithCustomError(network, "ApprovalNotWithinTimeframe");

    await expect(operators.cancelDeclaredOperatorFee(1n)).to.emit(network, "OperatorFeeDeclarationCancelled");
    await operators.declareOperatorFee(1n, fee);
    await expect(operators.reduceOperatorFee(1n, OPERATOR_FEE - STEP)).to.emit(network, "OperatorFeeExecuted");
    await expect(operators.executeOperatorFee(1n)).to.be.revertedWithCustomError(network, "NoFeeDeclared");
    const up = operators.reduceOperatorFee(1n, OPERATOR_FEE);
    await expect(up).to.be.revertedWithCustomError(network, "FeeIncreaseNotAllowed");
  });

  it("never raises a fee of zero again", async () => {
    const { network, operators } = await networkHelpers.loadFixture(fixture);
    await operators.reduceOperatorFee(1n, 0n);

    const call = operators.declareOperatorFee(1n, OPERATOR_FEE);

    await expect(call).to.be.revertedWithCustomError(network, "FeeIncreaseNotAllowed");
  });

  it("pays out earnings", async () => {
    const { ethers, network, operators, operatorOwner, views } = await networkHelpers.loadFixture(serving);
    await networkHelpers.mine(10);
    expect(await views.getOperatorEarnings(1n)).to.equal(20n * OPERATOR_FEE);

    await expect(operators.withdrawOperatorEarnings(1n, STEP)).to.changeEtherBalance(ethers, operatorOwner, STEP);
    await expect(operators.withdrawAllOperatorEarnings(1n))
      .to.emit(network, "OperatorWithdrawn")
      .withArgs(operatorOwner.address, 1n, 24n * OPERATOR_FEE - STEP);
    await expect(operators.withdrawAllVersionOperatorEarnings(1n)).to.emit(network, "OperatorWithdrawn");
    const cases: [() => Promise<unknown>, string][] = [
      [() => operators.withdrawOperatorEarnings(1n, ETHER), "InsufficientBalance"],
      [() => operators.withdrawOperatorEarnings(1n, 1n), "MaxPrecisionExceeded"],
      [() => operators.withdrawAllOperatorEarnings(5n), "InsufficientBalance"],
      [() => operators.withdrawAllOperatorEarningsSSV(1n), "InsufficientBalance"],
      [() => operators.withdrawOperatorEarningsSSV(1n, 1n), "MaxPrecisionExceeded"],
    ];
    for (const [call, error] of cases) await expect(call()).to.be.revertedWithCustomError(network, error);
  });

  it("pays out on removal, for good", async () => {
    const { network, operators, operatorOwner, views } = await networkHelpers.loadFixture(serving);

    await expect(operators.removeOperator(1n))
      .to.emit(network, "OperatorWithdrawn")
      .withArgs(operatorOwner.address, 1n, 2n * OPERATOR_FEE)
      .and.to.emit(network, "OperatorRemoved")
      .withArgs(1n);
    expect((await views.getOperatorById(1n)).isActive).to.equal(false);
    expect(await views.getOperatorEarnings(1n)).to.equal(0n);
    await expect(operators.removeOperator(1n)).to.be.revertedWithCustomError(network, "OperatorDoesNotExist");
  });
});

describe("SSV simulator: whitelists", () => {
  async function withPrivateOperator() {
    const ssv = await fixture();
    await ssv.operators.setOperatorsPrivateUnchecked([2n]);
    const join = (key: number) =>
      ssv.network
        .connect(ssv.owner)
        .registerValidator(publicKeys(1, key)[0] ?? "", OPERATOR_IDS, "0x", EMPTY_CLUSTER, { value: ETHER });
    return { ...ssv, join };
  }

  it("keeps strangers from a private operator", async () => {
    const { network, operators, owner, views, join } = await networkHelpers.loadFixture(withPrivateOperator);

    await expect(join(0)).to.be.revertedWithCustomError(network, "CallerNotWhitelistedWithData").withArgs(2n);
    await operators.setOperatorsWhitelists([2n, 3n], [owner]);
    expect(await views.getWhitelistedOperators(OPERATOR_IDS, owner)).to.deep.equal([2n, 3n]);
    await operators.removeOperatorsWhitelists([2n], [owner]);
    await expect(join(0)).to.be.revertedWithCustomError(network, "CallerNotWhitelistedWithData");
    await operators.setOperatorsWhitelists([2n], [owner]);
    await expect(join(0)).to.emit(network, "ValidatorAdded");
  });

  it("opens again when the operator goes public", async () => {
    const { network, operators, join } = await networkHelpers.loadFixture(withPrivateOperator);

    await expect(operators.setOperatorsPublicUnchecked([2n]))
      .to.emit(network, "OperatorPrivacyStatusUpdated")
      .withArgs([2n], false);
    await expect(join(0)).to.emit(network, "ValidatorAdded");
  });

  it("asks a whitelisting contract", async () => {
    const { ethers, network, operators, owner, stranger, views, join } =
      await networkHelpers.loadFixture(withPrivateOperator);
    const others = await ethers.deployContract("WhitelistingContractMock", [stranger]);
    const mine = await ethers.deployContract("WhitelistingContractMock", [owner]);
    const address = await mine.getAddress();

    await operators.setOperatorsWhitelistingContract([2n], others);
    await expect(join(0)).to.be.revertedWithCustomError(network, "CallerNotWhitelistedWithData");
    await operators.setOperatorsWhitelistingContract([2n], mine);
    expect((await views.getOperatorById(2n)).whitelistedAddress).to.equal(address);
    expect(await views.getWhitelistedOperators(OPERATOR_IDS, owner)).to.deep.equal([2n]);
    expect(await views.isWhitelistingContract(mine)).to.equal(true);
    expect(await views.isAddressWhitelistedInWhitelistingContract(owner, 2n, mine)).to.equal(true);
    await expect(join(0)).to.emit(network, "ValidatorAdded");
    await expect(operators.removeOperatorsWhitelistingContract([2n]))
      .to.emit(network, "OperatorWhitelistingContractUpdated")
      .withArgs([2n], ZeroAddress);
  });

  it("panics over operators whose words are the wrong way round, as the network does", async () => {
    const { network, operators, owner } = await networkHelpers.loadFixture(withPrivateOperator);

    await expect(operators.setOperatorsWhitelists([256n, 1n], [owner])).to.be.revertedWithPanic(0x11);
    await expect(operators.removeOperatorsWhitelists([512n, 255n], [owner])).to.be.revertedWithPanic(0x11);
    await expect(operators.setOperatorsWhitelists([255n, 1n], [owner])).to.be.revertedWithCustomError(
      network,
      "OperatorDoesNotExist",
    );
  });

  it("refuses what is no whitelist", async () => {
    const { ethers, network, operators, owner } = await networkHelpers.loadFixture(withPrivateOperator);
    const mock = await ethers.deployContract("WhitelistingContractMock", [owner]);
    const cases: [() => Promise<unknown>, string][] = [
      [() => operators.setOperatorsWhitelists([1n], []), "InvalidWhitelistAddressesLength"],
      [() => operators.setOperatorsWhitelists([], [owner]), "InvalidOperatorIdsLength"],
      [() => operators.setOperatorsWhitelists([2n, 1n], [owner]), "UnsortedOperatorsList"],
      [() => operators.setOperatorsWhitelists([2n, 2n], [owner]), "OperatorsListNotUnique"],
      [() => operators.setOperatorsWhitelists([1n], [ZeroAddress]), "ZeroAddressNotAllowed"],
      [() => operators.setOperatorsWhitelists([1n], [mock]), "AddressIsWhitelistingContract"],
      [() => operators.setOperatorsWhitelistingContract([1n], owner), "InvalidWhitelistingContract"],
      [() => operators.setOperatorsWhitelistingContract([], mock), "InvalidOperatorIdsLength"],
      [() => operators.setOperatorsPrivateUnchecked([]), "InvalidOperatorIdsLength"],
    ];

    for (const [call, error] of cases) await expect(call()).to.be.revertedWithCustomError(network, error);
  });
});
