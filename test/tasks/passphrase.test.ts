import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";

import { expect } from "chai";

import { mnemonicToSeed } from "../../src/keys/derivation.ts";
import { InputError } from "../../tasks/input.ts";
import { readOrMakeSeed, readSeed } from "../../tasks/mnemonic.ts";
import { fakeTerminal } from "../helpers/terminal.ts";

/** A well-known development mnemonic. */
const MNEMONIC = "test test test test test test test test test test test junk";
const QUESTION = "Passphrase of the mnemonic (not shown): ";
const AGAIN = "The same passphrase again: ";

describe("passphrase of a mnemonic", () => {
  let home: string;
  let mnemonicFile: string;

  before(() => {
    home = mkdtempSync(join(tmpdir(), "pooleth-passphrase-"));
    mnemonicFile = join(home, "mnemonic");
    writeFileSync(mnemonicFile, `${MNEMONIC}\n`, { mode: 0o600 });
  });

  after(() => {
    rmSync(home, { recursive: true });
  });

  const asked = () => ({ mnemonicFile, passphrase: true, passphraseFile: undefined });
  const made = () => ({ ...asked(), newMnemonicFile: undefined, showNewMnemonic: false });

  const refusal = (seed: Promise<unknown>) =>
    seed.then(
      () => "nothing was refused",
      (error: unknown) => (error instanceof InputError ? error.message : String(error)),
    );

  it("is typed twice where keys are made, which a slip would lose", async () => {
    const terminal = fakeTerminal(["a passphrase", "a passphrase"]);

    expect(await readOrMakeSeed(made(), terminal)).to.deep.equal(mnemonicToSeed(MNEMONIC, "a passphrase"));
    expect(terminal.askedInSecret).to.deep.equal([QUESTION, AGAIN]);
    expect(await refusal(readOrMakeSeed(made(), fakeTerminal(["a passphrase", "a pasphrase"])))).to.equal(
      "passphrase was typed differently the second time (got hidden): run the command again",
    );
  });

  it("is typed once where the keys are there to compare with", async () => {
    const terminal = fakeTerminal(["a passphrase"]);

    expect(await readSeed(asked(), terminal)).to.deep.equal(mnemonicToSeed(MNEMONIC, "a passphrase"));
    expect(terminal.askedInSecret).to.deep.equal([QUESTION]);
  });

  it("is refused when it is empty, which is the same as none", async () => {
    const passphraseFile = join(home, "empty");
    writeFileSync(passphraseFile, "\n");
    const remedy = "(got nothing): leave the option out, if there is none";

    for (const [args, problem] of [
      [made(), "passphrase is empty"],
      [{ ...made(), passphraseFile }, "passphraseFile holds no passphrase"],
    ] as const)
      expect(await refusal(readOrMakeSeed(args, fakeTerminal([""])))).to.equal(`${problem} ${remedy}`);
  });
});
