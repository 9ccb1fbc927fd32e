import { chmodSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";

import { expect } from "chai";
import { encryptKeystoreJsonSync, JsonRpcProvider, Transaction, verifyMessage, verifyTypedData, Wallet } from "ethers";

import { createLogger } from "../../../daemon/service/logger.ts";
import { openSigner } from "../../../daemon/service/signer.ts";
import { failureOf } from "../../helpers/failure.ts";
import type { RpcServer } from "../../helpers/rpcServer.ts";
import { startWeb3Signer } from "../../helpers/web3SignerServer.ts";

const CHAIN_ID = 31_337;
const TO = `0x${"1".repeat(40)}`;
const TRANSACTION = {
  ...{ type: 2, chainId: CHAIN_ID, nonce: 3, to: TO, data: "0x1234", value: 5n, gasLimit: 50_000n },
  ...{ maxFeePerGas: 20n, maxPriorityFeePerGas: 2n },
};
const DOMAIN = { name: "poolETH", version: "1", chainId: CHAIN_ID, verifyingContract: TO };
const TYPES = {
  Report: [
    { name: "slot", type: "uint64" },
    { name: "amounts", type: "int256[]" },
  ],
};
const VALUE = { slot: 2n ** 60n, amounts: [-5n, 2n ** 200n] };

describe("Signers of daemons", () => {
  const wallet = new Wallet(`0x${"a1".repeat(32)}`);
  const provider = new JsonRpcProvider("http://127.0.0.1:1", CHAIN_ID, { staticNetwork: true });
  const lines: string[] = [];
  const log = createLogger("test", "debug", { write: (line) => lines.push(line) });
  let folder: string;
  let remote: RpcServer;

  before(async () => {
    folder = mkdtempSync(join(tmpdir(), "pooleth-"));
    remote = await startWeb3Signer(wallet, CHAIN_ID);
    const json = encryptKeystoreJsonSync(wallet, "pass word", { scrypt: { N: 1_024 } });
    writeFileSync(join(folder, "keystore.json"), json, { mode: 0o600 });
    writeFileSync(join(folder, "password"), "pass word\n", { mode: 0o600 });
    writeFileSync(join(folder, "wrong"), "secret word\n", { mode: 0o600 });
    process.env.POOLETH_TEST_KEY = wallet.privateKey;
    process.env.POOLETH_TEST_NO_KEY = "0xabsolutely not a key";
  });
  beforeEach(() => {
    lines.length = 0;
  });
  after(async () => {
    delete process.env.POOLETH_TEST_KEY;
    delete process.env.POOLETH_TEST_NO_KEY;
    provider.destroy();
    rmSync(folder, { recursive: true });
    await remote.stop();
  });

  const keystore = (name = "keystore.json", password = "password") => ({
    keystore: join(folder, name),
    passwordFile: join(folder, password),
  });
  const sources = {
    "a keystore": () => keystore(),
    "an environment variable": () => ({ env: "POOLETH_TEST_KEY" }),
    "a remote signer": () => ({ web3signer: `${remote.url}/`, address: wallet.address }),
  };

  for (const [what, source] of Object.entries(sources))
    it(`sign with ${what}`, async () => {
      const signer = await openSigner(source(), provider, log);
      expect(await signer.getAddress()).to.equal(wallet.address);
      expect(signer.provider).to.equal(provider);
      expect(verifyTypedData(DOMAIN, TYPES, VALUE, await signer.signTypedData(DOMAIN, TYPES, VALUE))).to.equal(
        wallet.address,
      );
      expect(verifyMessage("hello", await signer.signMessage("hello"))).to.equal(wallet.address);
      const signed = Transaction.from(await signer.signTransaction(TRANSACTION));
      expect(signed.from).to.equal(wallet.address);
      expect(signed.unsignedHash).to.equal(Transaction.from(TRANSACTION).unsignedHash);
      expect(lines).to.deep.equal([]);
    });

  it("refuse a wrong password, and what is no keystore, without a secret", async () => {
    const wrong = await failureOf(openSigner(keystore("keystore.json", "wrong"), provider, log));
    expect(wrong.message)
      .to.match(/^signer\.keystore has another password/)
      .and.not.include("secret");
    const none = await failureOf(openSigner(keystore("password"), provider, log));
    expect(none.message)
      .to.match(/^signer\.keystore is not an account's encrypted keystore/)
      .and.not.include("pass word");
    const missing = await failureOf(openSigner(keystore("nothing"), provider, log));
    expect(missing.message).to.match(/^signer\.keystore cannot be read, ENOENT/);
  });

  it("refuse a variable that is missing, or holds no key, without its value", async () => {
    const missing = await failureOf(openSigner({ env: "POOLETH_TEST_NOTHING" }, provider, log));
    expect(missing.message).to.include("signer.env names a variable that is not set (got POOLETH_TEST_NOTHING)");
    const bad = await failureOf(openSigner({ env: "POOLETH_TEST_NO_KEY" }, provider, log));
    expect(bad.message).to.include("without a private key in it").and.not.include("absolutely");
  });

  it("warn of secrets that everybody may read", async () => {
    chmodSync(join(folder, "password"), 0o644);
    await openSigner(keystore(), provider, log);
    chmodSync(join(folder, "password"), 0o600);
    expect(lines).to.have.lengthOf(1);
    expect(JSON.parse(lines[0] ?? "")).to.include({ level: 40, mode: "644", file: join(folder, "password") });
  });

  describe("with a remote signer", () => {
    const open = () => openSigner({ web3signer: `${remote.url}/?key=secret`, address: wallet.address }, provider, log);
    let honest: RpcServer["answer"];
    before(() => {
      honest = remote.answer;
    });
    afterEach(() => {
      remote.answer = honest;
    });

    it("refuse one without the account", async () => {
      const error = await failureOf(openSigner({ web3signer: remote.url, address: TO }, provider, log));
      expect(error.message).to.match(/^signer\.web3signer does not hold the key of signer\.address/);
    });

    it("refuse one that fails, by its host alone", async () => {
      const signer = await open();
      remote.answer = () => ({ status: 503, text: "" });
      const { message } = await failureOf(signer.signMessage("hello"));
      expect(message).to.include(`signer.web3signer does not answer eth_sign: HTTP status 503 (got ${remote.host})`);
      expect(message).not.to.include("secret");
    });

    it("pass on why it refuses", async () => {
      const signer = await open();
      remote.answer = () => ({ error: { code: -32_000, message: "locked" } });
      const { message } = await failureOf(signer.signTransaction(TRANSACTION));
      expect(message).to.include("refuses eth_signTransaction, with error -32000: locked");
    });

    it("refuse what is signed with another key", async () => {
      const signer = await open();
      const other = new Wallet(`0x${"b2".repeat(32)}`);
      const [message, typed, transaction] = [
        await other.signMessage("hello"),
        await other.signTypedData(DOMAIN, TYPES, VALUE),
        await other.signTransaction(TRANSACTION),
      ];
      const results: Record<string, string> = {
        ...{ eth_sign: message, eth_signTypedData: typed, eth_signTransaction: transaction },
      };
      remote.answer = ({ method }) => ({ result: results[method] });
      for (const signing of [
        signer.signMessage("hello"),
        signer.signTypedData(DOMAIN, TYPES, VALUE),
        signer.signTransaction(TRANSACTION),
      ])
        expect((await failureOf(signing)).message).to.match(/^signer\.web3signer signed (?:something else|another)/);
    });

    it("refuse another transaction than they asked for", async () => {
      const signer = await open();
      const raw = await wallet.signTransaction({ ...TRANSACTION, value: 6n });
      remote.answer = () => ({ result: raw });
      const { message } = await failureOf(signer.signTransaction(TRANSACTION));
      expect(message).to.include("signed another transaction than it was asked to");
      remote.answer = () => ({ result: "no hex" });
      expect((await failureOf(signer.signTransaction(TRANSACTION))).message).to.include("signed another transaction");
    });
  });
});
