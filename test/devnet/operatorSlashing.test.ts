import { expect } from "chai";

import type { Duty } from "../../devnet/committee/duties.ts";
import { toWire } from "../../devnet/committee/duties.ts";
import { attestation, FORK, proposal, useDevnetOperators } from "../helpers/devnetOperators.ts";
import type { OperatorReply } from "../helpers/operatorProcess.ts";
import type { TestValidator } from "../helpers/shareOwner.ts";

const [ONE, OTHER] = [`0x${"01".repeat(32)}`, `0x${"02".repeat(32)}`] as const;

describe("Slashing protection of a devnet's operator", () => {
  const devnet = useDevnetOperators({}, 1);

  it("signs an attestation again, and no other one for the same target", async () => {
    const { pubkey } = await validator();

    expect(await isSigned(attestation(pubkey, [3n, 4n], ONE))).to.equal(true);
    expect(await isSigned(attestation(pubkey, [3n, 4n], ONE))).to.equal(true);
    expect(await refusalOf(attestation(pubkey, [3n, 4n], OTHER))).to.contain("target epoch 4 is not above 4");
    expect(await isSigned(attestation(pubkey, [3n, 5n], OTHER))).to.equal(true);
  });

  it("signs no vote that surrounds one or is surrounded", async () => {
    const { pubkey } = await validator();
    expect(await isSigned(attestation(pubkey, [10n, 12n]))).to.equal(true);

    expect(await refusalOf(attestation(pubkey, [9n, 13n]))).to.contain("source epoch 9 is below 10");
    expect(await refusalOf(attestation(pubkey, [11n, 11n]))).to.contain("target epoch 11 is not above 12");
    expect(await refusalOf(attestation(pubkey, [15n, 14n]))).to.contain("source epoch 15 is above target epoch 14");
    expect(await isSigned(attestation(pubkey, [10n, 13n]))).to.equal(true);
  });

  it("signs a block again, and no other one for its slot or before", async () => {
    const { pubkey } = await validator();

    expect(await isSigned(proposal(pubkey, 20n, ONE))).to.equal(true);
    expect(await isSigned(proposal(pubkey, 20n, ONE))).to.equal(true);
    expect(await refusalOf(proposal(pubkey, 20n, OTHER))).to.contain("slot 20 is not above 20");
    expect(await refusalOf(proposal(pubkey, 19n, OTHER))).to.contain("slot 19 is not above 20");
    expect(await isSigned(proposal(pubkey, 21n, OTHER))).to.equal(true);
  });

  it("decides within a request, too", async () => {
    const { pubkey } = await validator();
    const { body } = await ask([attestation(pubkey, [1n, 2n], ONE), attestation(pubkey, [1n, 2n], OTHER)]);

    expect((body.signatures as { duty: number }[]).map(({ duty }) => duty)).to.deep.equal([0]);
    expect((body.refusals as { duty: number }[]).map(({ duty }) => duty)).to.deep.equal([1]);
  });

  it("keeps validators apart, and beacon chains", async () => {
    const [first, second] = [await validator(), await validator()];
    expect(await isSigned(attestation(first.pubkey, [7n, 8n], ONE))).to.equal(true);

    expect(await isSigned(attestation(second.pubkey, [7n, 8n], OTHER))).to.equal(true);
    const reply = await ask([attestation(first.pubkey, [7n, 8n], OTHER)], { genesisValidatorsRoot: ONE });
    expect(reply.body.signatures).to.have.lengthOf(1);
  });

  it("remembers what it has signed when it is killed", async () => {
    const { pubkey } = await validator();
    expect(await isSigned(attestation(pubkey, [30n, 31n], ONE))).to.equal(true);
    expect(await isSigned(proposal(pubkey, 300n, ONE))).to.equal(true);

    await devnet().operator(0).stop("SIGKILL");
    await devnet().restart(0);

    expect(await refusalOf(attestation(pubkey, [30n, 31n], OTHER))).to.contain("target epoch 31 is not above 31");
    expect(await refusalOf(proposal(pubkey, 300n, OTHER))).to.contain("slot 300 is not above 300");
    expect(await isSigned(attestation(pubkey, [30n, 31n], ONE))).to.equal(true);
    expect(await isSigned(attestation(pubkey, [31n, 32n], OTHER))).to.equal(true);
  });

  it("is never off where the operator was not started to allow that", async () => {
    const { pubkey } = await validator();
    const { status, body } = await ask([attestation(pubkey)], {}, true);

    expect(status).to.equal(403);
    expect(body.error).to.contain("was not started to sign without slashing protection");
  });

  async function validator(): Promise<TestValidator> {
    return (await devnet().owner()).register();
  }

  async function ask(duties: readonly Duty[], changed: object = {}, unsafe = false): Promise<OperatorReply> {
    const context = { ...(await devnet().context()), ...changed };
    return devnet().operator(0).post("/v1/sign", toWire({ context, duties, unsafe }));
  }

  async function isSigned(duty: Duty): Promise<boolean> {
    return ((await ask([duty])).body.signatures as unknown[]).length === 1;
  }

  async function refusalOf(duty: Duty): Promise<string | undefined> {
    const { body } = await ask([duty]);
    expect(body.signatures).to.deep.equal([]);
    return (body.refusals as { reason: string }[])[0]?.reason;
  }
});

describe("An operator of a devnet that may be told to sign what is slashable", () => {
  const devnet = useDevnetOperators({ allowUnsafe: true });

  it("does so when it is told, and only then", async () => {
    const { pubkey } = await (await devnet().owner()).register();
    const { committee } = devnet();
    const context = { ...(await devnet().context()), ...FORK };
    const [vote, second] = [attestation(pubkey, [1n, 2n], ONE), attestation(pubkey, [1n, 2n], OTHER)];
    const isSigned = async (duty: Duty, unsafe?: boolean) =>
      (await committee.sign(context, [duty], unsafe === undefined ? {} : { unsafe })).signatures[0] !== undefined;

    expect(await isSigned(vote)).to.equal(true);
    expect(await isSigned(second)).to.equal(false);
    expect(await isSigned(second, true)).to.equal(true);
    expect(await isSigned(second)).to.equal(false);
  });
});
