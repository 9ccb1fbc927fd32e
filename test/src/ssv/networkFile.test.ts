import { expect } from "chai";

import { NetworkFileError, parseNetworkFile } from "../../../src/ssv/networkFile.ts";
import { FileFormatError } from "../../../src/units/json.ts";

const FILE = "devnet.json";
const DEVNET = {
  name: "devnet-7",
  chainId: 7_777,
  genesisForkVersion: "0x10000038",
  depositContract: "0x4242424242424242424242424242424242424242",
  ssvNetwork: "0xDD9BC35aE942eF0cFa76930954a156B3fF30a4E1",
  ssvFirstBlock: 12,
};
const HOODI = {
  name: "hoodi",
  chainId: 560_048,
  genesisForkVersion: "0x10000910",
  depositContract: "0x00000000219ab540356cBB839Cbe05303d7705Fa",
  ssvNetwork: "0x58410Bef803ECd7E63B23664C586A6DB72DAf59c",
  ssvFirstBlock: 1_065,
};
const ADDRESS = "give 0x and 40 hexadecimal digits with their checksum, as block explorers show them";
const ANOTHER = "without NETWORK_FILE, or give the network a name and a chain id of its own";

describe("parseNetworkFile", () => {
  const parse = (changes: Record<string, unknown> = {}, whole: object = DEVNET) =>
    parseNetworkFile(JSON.stringify({ ...whole, ...changes }), FILE);
  const refusal = (changes: Record<string, unknown>, whole?: object): string => {
    try {
      parse(changes, whole);
    } catch (error) {
      expect(error).to.be.instanceOf(NetworkFileError);
      return (error as Error).message;
    }
    return "nothing";
  };

  it("reads a chain, and ssv.network on it", () => {
    expect(parse({ genesisForkVersion: "100000AB" })).to.deep.equal({
      network: {
        name: "devnet-7",
        chainId: 7_777n,
        genesisForkVersion: "0x100000ab",
        depositContract: DEVNET.depositContract,
      },
      deployment: { chainId: 7_777n, ssvNetwork: DEVNET.ssvNetwork, firstBlock: 12 },
    });
    expect(parse({ ssvFirstBlock: 0 }).deployment.firstBlock).to.equal(0);
  });

  it("takes a network that is built in, as it is", () => {
    expect(parse({}, HOODI).network).to.deep.include({ name: "hoodi", chainId: 560_048n });
  });

  const NAME =
    "give up to 32 lower-case letters, digits and hyphens, a letter first; not default, nor local- and a port";
  const CHAIN_ID = "give the chain id of the execution layer as a JSON number";
  const VERSION = "give GENESIS_FORK_VERSION of the consensus configuration, 4 bytes in hexadecimal";
  const DEPOSITS = `name DEPOSIT_CONTRACT_ADDRESS of the consensus configuration: ${ADDRESS}`;
  const FIRST = "give the block in which SSVNetwork was deployed, or an earlier one, as a JSON number";
  const UNUSABLE: readonly (readonly [field: keyof typeof DEVNET, values: readonly unknown[], remedy: string])[] = [
    ["name", ["Devnet", "7", "dev_net", "default", "local-8545", "d".repeat(33), 7], NAME],
    ["chainId", ["7777", 0, -1, 1.5, 2 ** 60], CHAIN_ID],
    ["genesisForkVersion", ["0x100000", "0x1000003800", "version", 10], VERSION],
    [
      "depositContract",
      ["0x00000000219ab540356cbb839cbe05303d7705fa", "0x42", `0x${"0".repeat(40)}`, "DevNet.eth", null],
      DEPOSITS,
    ],
    ["ssvNetwork", ["0xDD9BC35aE942eF0cFa76930954a156B3fF30a4e1"], `name the contract SSVNetwork: ${ADDRESS}`],
    ["ssvFirstBlock", [-1, "0x10", 0.5], FIRST],
  ];
  for (const [field, values, remedy] of UNUSABLE)
    it(`names ${field}, its value and the remedy`, () => {
      for (const value of values)
        expect(refusal({ [field]: value })).to.equal(
          `${FILE}: ${field} cannot be used (got ${JSON.stringify(value)}): ${remedy}`,
        );
      expect(refusal({ [field]: undefined })).to.equal(`${FILE}: ${field} is missing (got nothing): ${remedy}`);
    });

  it("refuses what it does not know, also the names that all objects have", () => {
    for (const name of ["chainID", "toString"])
      expect(refusal({ [name]: 7 })).to.equal(
        `${FILE}: ${name} is no field of a network (got 7): remove it, or correct its name`,
      );
  });

  it("refuses to call a built-in chain by another name, or another chain by its name", () => {
    expect(refusal({ name: "devnet" }, HOODI)).to.equal(
      `${FILE}: name contradicts network hoodi, which is built in: hoodi (got devnet): use hoodi ${ANOTHER}`,
    );
    expect(refusal({ name: "mainnet" })).to.equal(
      `${FILE}: chainId contradicts network mainnet, which is built in: 1 (got 7777): use mainnet ${ANOTHER}`,
    );
  });

  it("refuses to change anything of a built-in network", () => {
    const changes = {
      genesisForkVersion: "0x10000911",
      depositContract: DEVNET.depositContract,
      ssvNetwork: DEVNET.ssvNetwork,
    };
    for (const [field, value] of Object.entries(changes))
      expect(refusal({ [field]: value }, HOODI)).to.equal(
        `${FILE}: ${field} contradicts network hoodi, which is built in: ${String(HOODI[field as keyof typeof HOODI])} (got ${value}): use hoodi ${ANOTHER}`,
      );
    expect(refusal({ ssvFirstBlock: 1_064 }, HOODI)).to.contain("built in: 1065 (got 1064)");
    const local = { name: "local", chainId: 31_337, genesisForkVersion: "0x00000000" };
    expect(refusal({ ...local, depositContract: HOODI.depositContract })).to.contain(
      "ssvNetwork contradicts network local, which is built in: it has none (got 0xDD9BC3",
    );
  });

  it("shows nothing of a file that is no JSON object", () => {
    for (const text of ["", "seed words", "[]", "null"])
      expect(() => parseNetworkFile(text, FILE)).to.throw(FileFormatError, FILE);
    expect(() => parseNetworkFile("legal winner thank", FILE))
      .to.throw()
      .and.not.match(/legal/);
  });
});
