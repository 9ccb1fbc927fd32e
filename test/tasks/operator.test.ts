import { writeFileSync } from "node:fs";
import { join } from "node:path";

import { expect } from "chai";

import { LOCAL_ACCOUNTS } from "../../deploy/local.ts";
import { generateOperatorKey, parseOperatorPublicKey } from "../../src/ssv/operatorKey.ts";
import { useLocalTasks } from "../helpers/localTasks.ts";

const [FEE, MORE, YEAR] = [1_000_000_000n, 1_100_000_000n, 2_628_000n];
const DAY = 86_400;

describe("operator tasks", () => {
  const local = useLocalTasks();
  const pair = generateOperatorKey();
  let own: { from: string };
  let stranger: string;
  let keyFile: string;
  /** Of the operator that the first test registers. */
  const id = "5";

  before(async () => {
    const { chain, folder } = local();
    own = { from: (await chain.getSigner(7)).address };
    stranger = (await chain.getSigner(8)).address;
    keyFile = join(folder, "operator.key");
    writeFileSync(keyFile, pair.publicKey);
  });

  const send = (task: string, args: Record<string, unknown> = {}) => local().read(task, { ...own, ...args, yes: true });
  const shown = () => local().read("operator show", { id });

  it("register shows the key's fingerprint and the fee of a year, and makes a private operator", async () => {
    const args = { ...own, key: keyFile, feeWei: `${FEE}`, private: true };
    const dry = await local().read("operator register", { ...args, dryRun: true });
    expect(dry).to.include({ dryRun: true, feeWeiPerYear: `${FEE * YEAR}`, isPrivate: true });

    const sent = await local().read("operator register", { ...args, yes: true });
    expect(sent).to.include({ operator: id, feeWeiPerBlock: `${FEE}`, keyFingerprint: dry.keyFingerprint });
    expect(await shown()).to.include({
      ...{ operator: id, owner: own.from, operatorKey: pair.publicKey, isPrivate: true, feeWeiPerBlock: `${FEE}` },
    });
    await local().refuses(
      "operator register",
      args,
      `key is that of operator 5 already (got ${keyFile}): make another for this operator`,
    );
  });

  it("register takes a PEM and a node's key file too, and no private key", async () => {
    const other = generateOperatorKey();
    const pem = parseOperatorPublicKey(other.publicKey).export({ type: "spki", format: "pem" }).toString();
    const files = { pem, json: JSON.stringify({ version: 4, pubKey: other.publicKey }) };
    const fingerprints: unknown[] = [];
    for (const [name, text] of Object.entries(files)) {
      const key = join(local().folder, name);
      writeFileSync(key, text);
      const dry = await local().read("operator register", { ...own, key, feeWei: "0", dryRun: true });
      fingerprints.push(dry.keyFingerprint);
    }
    expect(fingerprints[0])
      .to.match(/^[0-9a-f]{64}$/)
      .and.to.equal(fingerprints[1]);

    for (const text of ["{", "{}", "-----BEGIN PUBLIC KEY-----"]) {
      const key = join(local().folder, "junk");
      writeFileSync(key, text);
      await local().refuses(
        "operator register",
        { ...own, key, feeWei: "0" },
        `key holds no public key that can be read (got ${key}): name a PEM or a node's key file`,
      );
    }
    const secret = join(local().folder, "secret");
    writeFileSync(secret, pair.privateKey);
    await local().refuses(
      "operator register",
      { ...own, key: secret, feeWei: "0" },
      `key holds a private key (got ${secret}): name the file with the public key alone`,
    );
  });

  it("declares, drops, declares again and executes a fee, when its time has come", async () => {
    const dry = await local().read("operator fee declare", { ...own, id, feeWei: `${MORE}`, dryRun: true });
    expect(dry).to.include({
      ...{ feeWeiPerBlock: `${FEE}`, newFeeWeiPerBlock: `${MORE}`, newFeeWeiPerYear: `${MORE * YEAR}` },
      ...{ executableAfterDays: 7, thenWithinDays: 7 },
    });
    await send("operator fee declare", { id, feeWei: `${MORE}` });
    expect((await shown()).declaredFee).to.include({ feeWeiPerBlock: `${MORE}` });
    await send("operator fee cancel", { id });
    expect((await shown()).declaredFee).to.equal(null);
    for (const task of ["operator fee cancel", "operator fee execute"])
      await local().refuses(
        task,
        { ...own, id },
        "operator has no declared fee, or one whose time has passed (got 5): declare one with `operator fee declare`",
      );

    await send("operator fee declare", { id, feeWei: `${MORE}` });
    const early = await local().run("operator fee execute", { ...own, id, yes: true });
    expect(early.stderr).to.contain("ApprovalNotWithinTimeframe");
    await local().chain.send("evm_increaseTime", [7 * DAY]);
    expect(await send("operator fee execute", { id })).to.include({ operator: id, newFeeWeiPerBlock: `${MORE}` });
    expect(await shown()).to.include({ feeWeiPerBlock: `${MORE}` });
  });

  it("names SSV's bounds of fees, and the task for a lower one", async () => {
    const { refuses } = local();
    const key = join(local().folder, "bounded.key");
    writeFileSync(key, generateOperatorKey().publicKey);
    for (const [task, args, line] of [
      [
        "register",
        { key, feeWei: "100000" },
        "is below SSV's least fee, 10000000 wei (got 100000): give zero, or more",
      ],
      [
        "register",
        { key, feeWei: "6000100000" },
        "is above SSV's highest fee, 5336500000 wei (got 6000100000): give less",
      ],
      [
        "fee reduce",
        { id, feeWei: "100000" },
        "is below SSV's least fee, 10000000 wei (got 100000): give zero, or more",
      ],
      [
        "fee reduce",
        { id, feeWei: `${MORE}` },
        `is no less than the ${MORE} wei in force (got ${MORE}): raise it with \`operator fee declare\``,
      ],
      [
        "fee declare",
        { id, feeWei: `${FEE}` },
        `is no more than the ${MORE} wei in force (got ${FEE}): charge less with \`operator fee reduce\``,
      ],
      [
        "fee declare",
        { id, feeWei: "6000100000" },
        "is above SSV's highest fee, 5336500000 wei (got 6000100000): give less",
      ],
      [
        "fee declare",
        { id, feeWei: "1210100000" },
        "is above 1210000000 wei, as much as SSV lets the fee rise at a time (got 1210100000): declare less",
      ],
    ] as const)
      await refuses(`operator ${task}`, { ...own, ...args }, `fee-wei ${line}`);
    // Exactly so much is taken.
    const most = { ...own, id, feeWei: "1210000000", dryRun: true };
    expect(await local().read("operator fee declare", most)).to.include({ newFeeWeiPerBlock: "1210000000" });
  });

  it("reduces a fee at once, and warns of zero", async () => {
    await send("operator fee reduce", { id, feeWei: `${FEE}` });
    expect(await shown()).to.include({ feeWeiPerBlock: `${FEE}` });
    const { stderr } = await local().run("operator fee reduce", { ...own, id, feeWei: "0", dryRun: true });
    expect(stderr).to.contain("warning: this cannot be undone: a fee of zero can never be raised again\n");
  });

  it("puts accounts on whitelists and takes them off, and opens and shuts operators", async () => {
    const seen = async () => (await local().read("operator show", { id, account: stranger })).isWhitelisted;
    expect(await send("operator whitelist", { operators: id, add: stranger })).to.deep.include({
      ...{ operators: [id], accounts: [stranger], isWhitelisted: true },
    });
    expect(await seen()).to.equal(true);
    await send("operator whitelist", { operators: id, remove: stranger });
    expect(await seen()).to.equal(false);
    await send("operator privacy", { operators: id, serve: "everybody" });
    expect(await shown()).to.include({ isPrivate: false });
    await send("operator privacy", { operators: id, serve: "whitelisted" });
    expect(await shown()).to.include({ isPrivate: true });
  });

  it("shows earnings, and pays them out", async () => {
    const { chain, stake } = local();
    await stake(1);
    const block = await chain.getBlockNumber();
    await chain.send("hardhat_mine", ["0x64"]);
    const { earnings, totalEarnedWei } = await local().read("operator earnings", { operators: "1,2" });
    expect(await chain.getBlockNumber()).to.equal(block + 100);
    const each = 1_770_000_000n * 100n;
    expect(totalEarnedWei).to.equal(`${2n * each}`);
    const owner = (earnings as { owner: string }[])[0]?.owner;
    expect((earnings as unknown[])[0]).to.deep.equal({ operator: "1", owner, validators: 1, earnedWei: `${each}` });

    const takes = (amount?: string, taker = "1") => ({ id: taker, from: owner, amount, yes: true });
    const { refuses } = local();
    await refuses(
      "operator withdraw",
      takes("100"),
      "amount is more than the 0.000000177 ETH that it has earned (got 100 ETH): take less, or leave it out for all",
    );
    await refuses(
      "operator withdraw",
      takes("0.000000000000000001"),
      "amount is no multiple of 100,000 wei, in which SSV counts earnings (got 0.000000000000000001 ETH): give no more than 13 decimals",
    );
    await refuses("operator withdraw", takes("0"), "amount is nothing (got 0 ETH): take something out");
    await refuses(
      "operator withdraw",
      { ...takes(undefined, id), ...own },
      "operator has no earnings to take (got 5): look at them with `operator earnings`",
    );

    const part = await local().read("operator withdraw", { id: "1", from: owner, amount: "0.0000001", yes: true });
    expect(part).to.include({ operator: "1", receiver: owner, paidWei: "100000000000" });
    const rest = await local().read("operator withdraw", { id: "1", from: owner, yes: true });
    expect(rest.paidWei).to.equal(`${each + 2n * 1_770_000_000n - 100_000_000_000n}`);
  });

  it("removes an operator for ever, and refuses what it did then", async () => {
    const { stderr } = await local().run("operator remove", { ...own, id, dryRun: true });
    expect(stderr).to.contain("warning: this cannot be undone: neither its number nor its validators come back\n");
    await send("operator remove", { id });
    expect(await shown()).to.include({ isRemoved: true });
    await local().refuses(
      "operator remove",
      { ...own, id },
      "operator was removed for ever (got 5): register another with `operator register`",
    );
  });

  it("refuses what is not the sender's, does not exist or is not said, and changes nothing", async () => {
    const { refuses, chain } = local();
    const block = await chain.getBlockNumber();
    const { address: owner } = await chain.getSigner(LOCAL_ACCOUNTS.ssvOperators);
    for (const [task, args] of [
      ["operator fee declare", { feeWei: "1" }],
      ["operator fee reduce", { feeWei: "1" }],
      ["operator fee execute", {}],
      ["operator fee cancel", {}],
      ["operator withdraw", {}],
      ["operator remove", {}],
    ] as const)
      await refuses(
        task,
        { ...own, id: "1", ...args },
        `operator belongs to ${owner} (got 1): send from that account, with --from`,
      );
    for (const [task, args] of [
      ["operator privacy", { serve: "everybody" }],
      ["operator whitelist", { add: stranger }],
    ] as const)
      await refuses(
        task,
        { ...own, operators: "1", ...args },
        `operator belongs to ${owner} (got 1): send from that account, with --from`,
      );
    await refuses(
      "operator remove",
      { ...own, id: "99" },
      "operator does not exist at ssv.network (got 99): look up the operators with `operators list`",
    );
    await refuses(
      "operator privacy",
      { ...own, operators: "1", serve: "nobody" },
      "serve is none of its choices (got nobody): give everybody or whitelisted",
    );
    await refuses(
      "operator whitelist",
      { ...own, operators: "1" },
      "add is to be given, or remove, and not both (got nothing): name accounts to put on the whitelist with --add, or to take off it with --remove",
    );
    for (const field of ["add", "remove"])
      await refuses(
        "operator whitelist",
        { ...own, operators: "1", [field]: `${stranger}, ${own.from},${stranger.toLowerCase()}` },
        `${field} is named twice (got ${stranger}): name each account once`,
      );
    await refuses(
      "operator fee declare",
      { ...own, id: "1" },
      "fee-wei is missing (got nothing): give the fee in wei per block",
    );
    await refuses("operator earnings", {}, "operators is missing (got nothing): name operators, as 1,2,3");
    expect(await chain.getBlockNumber()).to.equal(block);
  });
});
