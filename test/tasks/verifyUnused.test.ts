import { expect } from "chai";

import { fetchClusterSnapshot } from "../../clients/ownerEvents.ts";
import { KeyUsedError } from "../../clients/unusedKeys.ts";
import type { CeremonyExpectations } from "../../src/ceremony/expectations.ts";
import { depositDataRoot } from "../../src/consensus/deposit.ts";
import { LOCAL } from "../../src/consensus/network.ts";
import { DEPOSIT_CONTRACT } from "../../src/consensus/systemContracts.ts";
import { withdrawalCredentials } from "../../src/consensus/withdrawalCredentials.ts";
import { signDeposit } from "../../src/keys/depositData.ts";
import { ValidatorKeychain } from "../../src/keys/derivation.ts";
import { createKeyshare } from "../../src/ssv/keyshare.ts";
import { parseOperatorPublicKey } from "../../src/ssv/operatorKey.ts";
import type { Gwei } from "../../src/units/ether.ts";
import { toHex, type Hex } from "../../src/units/hex.ts";
import { Checklist } from "../../tasks/checklist.ts";
import { verifyUnused } from "../../tasks/commands/verifyUnused.ts";
import { MNEMONIC } from "../helpers/ceremonyFolders.ts";
import { useSuite } from "../helpers/isolation.ts";
import { deployFunded, ETHER } from "../helpers/registry.ts";

const OPERATOR_IDS = [1n, 2n, 3n, 4n];
const secretKey = ValidatorKeychain.fromMnemonic(MNEMONIC).signingKey(70);
const pubkey = toHex(secretKey.toPublicKey().toBytes());
const STOLEN = "somebody else has the key: stake nothing to it, exit its validator, and find out how that could happen";

describe("verifyUnused, of keys that a staking service has registered", () => {
  const suite = useSuite(() => deployFunded(1n));
  const ours = () => withdrawalCredentials(suite().staker.address, "0x01");
  const theirs = () => withdrawalCredentials(suite().guardian.address, "0x01");

  async function deposit(credentials: Hex): Promise<void> {
    const terms = { withdrawalCredentials: credentials, amount: 32_000_000_000n as Gwei, network: LOCAL };
    const data = signDeposit(secretKey, terms);
    const contract = await suite().chain.ethers.getContractAt("IDepositContract", DEPOSIT_CONTRACT);
    const root = depositDataRoot(data);
    await contract.deposit(data.pubkey, credentials, data.signature, root, { value: 32n * ETHER });
  }

  const clusterOf = async (owner: string) => fetchClusterSnapshot(suite().ssvNetwork, owner, OPERATOR_IDS);

  /** Registers the key with shares that it has signed. */
  async function registerAs(account: "staker" | "guardian"): Promise<void> {
    const { operators, ssvNetwork, [account]: owner } = suite();
    const recipients = operators.map(({ id, publicKey }) => ({ id, key: parseOperatorPublicKey(publicKey) }));
    const { sharesData } = createKeyshare(secretKey, recipients, { owner: owner.address, ownerNonce: 0n });
    const cluster = await clusterOf(owner.address);
    const network = ssvNetwork.connect(owner);
    await network.registerValidator(pubkey, OPERATOR_IDS, sharesData, cluster, { value: ETHER });
  }

  async function verify(expected: CeremonyExpectations = { withdrawalCredentials: ours() }) {
    const { ssvNetwork, staker } = suite();
    const ssv = {
      chainId: LOCAL.chainId,
      ssvNetwork,
      account: staker.address,
      opened: undefined,
      connection: suite().chain,
      cacheFolder: undefined,
    };
    const checklist = new Checklist();
    const request = { pubkeys: [pubkey], network: LOCAL, expected, scanFrom: 0 };
    const error: unknown = await verifyUnused(ssv, request, checklist).catch((thrown: unknown) => thrown);
    expect(checklist.rows.map(({ result }) => result)).to.deep.equal([error === undefined ? "ok" : "failed"]);
    if (error !== undefined) expect(error).to.be.instanceOf(KeyUsedError);
    return error instanceof Error ? error.message : undefined;
  }

  it("H1 finds that somebody else's deposit came first", async () => {
    await registerAs("staker");
    expect(await verify()).to.equal(undefined);
    await deposit(theirs());
    await deposit(ours());

    expect(await verify()).to.equal(
      `validator key has a deposit already, number 0 of all: 32 ETH with foreign withdrawal credentials ${theirs()} and a valid signature (got ${pubkey}): ${STOLEN}`,
    );
  });

  it("has keys left out that were used before their owner registered them", async () => {
    await deposit(theirs());

    expect(await verify()).to.equal(
      `validator key has a deposit already, number 0 of all: 32 ETH with foreign withdrawal credentials ${theirs()} and a valid signature (got ${pubkey}): leave this key out, with \`keys resplit --exclude\``,
    );
  });

  it("takes the owner's own deposit, later ones of others, and any where nobody said whose they should be", async () => {
    await registerAs("staker");
    await deposit(ours());
    await deposit(theirs());

    expect(await verify()).to.equal(undefined);
    expect(await verify({})).to.equal(undefined);
  });

  it("finds another account that runs the key, until it has removed it", async () => {
    const { guardian, ssvNetwork } = suite();
    await registerAs("staker");
    await registerAs("guardian");

    const block = await suite().chain.ethers.provider.getBlockNumber();
    expect(await verify()).to.equal(
      `validator key was registered at ssv.network by ${guardian.address} for operators 1, 2, 3, 4 in block ${block}, signed by the key itself (got ${pubkey}): ${STOLEN}`,
    );
    await ssvNetwork.connect(guardian).removeValidator(pubkey, OPERATOR_IDS, await clusterOf(guardian.address));
    expect(await verify()).to.equal(undefined);
  });
});
