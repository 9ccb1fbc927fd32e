import type { HardhatEthersSigner } from "@nomicfoundation/hardhat-ethers/types";
import { expect } from "chai";

import { ROLES, selector } from "../../deploy/modules/Suite.ts";
import { HOUR, passTime, strangers } from "../helpers/accounts.ts";
import { useSuite } from "../helpers/isolation.ts";
import { deploySuite } from "../helpers/suite.ts";

const ROOT = `0x${"ab".repeat(32)}`;
const OPERATORS = [1n, 2n, 3n, 4n];
const KEYS = 5;
const REGISTER_BATCH = selector("registerBatch(bytes32,uint32,uint64[],string)");
const DISCARD_BATCH = selector("discardBatch(uint256)");
const NEW_ROLE = 7n;

describe("PoolManager's operators", () => {
  const suite = useSuite(deploySuite);

  const register = (caller: HardhatEthersSigner) =>
    suite().poolManager.connect(caller).registerBatch(ROOT, KEYS, OPERATORS, "");
  const expectRefused = async (sent: Promise<unknown>, caller: HardhatEthersSigner, called = REGISTER_BATCH) =>
    expect(sent)
      .to.be.revertedWithCustomError(suite().poolManager, "CallerNotAuthorized")
      .withArgs(caller.address, called);

  it("register batches from the grant of their role until it is revoked", async () => {
    const { authority, admin, poolManager } = suite();
    const [newcomer] = await strangers(suite());
    await expectRefused(register(newcomer), newcomer);
    await authority.connect(admin).grantRole(ROLES.OPERATOR, newcomer, 0);
    await expect(register(newcomer)).to.emit(poolManager, "BatchRegistered");
    await authority.connect(admin).revokeRole(ROLES.OPERATOR, newcomer);
    await expectRefused(register(newcomer), newcomer);
  });

  it("H70 are stopped by revoking the role, not by closing the contract or giving the function to another role", async () => {
    const { authority, admin, operator, poolManager } = suite();
    await authority.connect(admin).setTargetClosed(poolManager, true);
    await authority.connect(admin).setTargetFunctionRole(poolManager, [REGISTER_BATCH, DISCARD_BATCH], NEW_ROLE);
    await expect(register(operator)).to.emit(poolManager, "BatchRegistered");
    await expectRefused(poolManager.connect(operator).discardBatch(0n), operator, DISCARD_BATCH);

    await authority.connect(admin).revokeRole(ROLES.OPERATOR, operator);
    await expectRefused(register(operator), operator);
  });

  it("H70 are joined by another role to which the function is given, as long as the contract is not closed", async () => {
    const { authority, admin, poolManager } = suite();
    const [newcomer] = await strangers(suite());
    await authority.connect(admin).setTargetFunctionRole(poolManager, [REGISTER_BATCH], NEW_ROLE);
    await authority.connect(admin).grantRole(NEW_ROLE, newcomer, 0);
    await expect(register(newcomer)).to.emit(poolManager, "BatchRegistered");
    await authority.connect(admin).setTargetClosed(poolManager, true);
    await expectRefused(register(newcomer), newcomer);
  });

  it("H70 act through the access manager if they have a delay, and not before it", async () => {
    const { authority, admin, poolManager } = suite();
    const [waiting] = await strangers(suite());
    await authority.connect(admin).grantRole(ROLES.OPERATOR, waiting, HOUR);
    await expectRefused(register(waiting), waiting);

    const data = poolManager.interface.encodeFunctionData("registerBatch", [ROOT, KEYS, OPERATORS, ""]);
    const manager = authority.connect(waiting);
    await manager.schedule(poolManager, data, 0n);
    const operation = await authority.hashOperation(waiting, poolManager, data);
    await expect(manager.execute(poolManager, data))
      .to.be.revertedWithCustomError(authority, "AccessManagerNotReady")
      .withArgs(operation);
    await passTime(suite(), HOUR);
    await expect(manager.execute(poolManager, data))
      .to.emit(poolManager, "BatchRegistered")
      .withArgs(0n, ROOT, 0n, BigInt(KEYS), OPERATORS, "");
  });
});
