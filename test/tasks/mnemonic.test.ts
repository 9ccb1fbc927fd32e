import { existsSync, mkdtempSync, readFileSync, rmSync, statSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";

import { expect } from "chai";

import { mnemonicToSeed } from "../../src/keys/derivation.ts";
import { InputError } from "../../tasks/input.ts";
import { readOrMakeSeed, readSeed, type NewMnemonicArguments } from "../../tasks/mnemonic.ts";
import { fakeTerminal, type FakeTerminal } from "../helpers/terminal.ts";

const MNEMONIC = "test test test test test test test test test test test junk";
const QUESTION = "Mnemonic (not shown): ";
const PASSPHRASE = "Passphrase of the mnemonic (not shown): ";
const CONFIRM = "Type them to go on (not shown): ";
const NONE: NewMnemonicArguments = {
  mnemonicFile: undefined,
  passphrase: false,
  passphraseFile: undefined,
  newMnemonicFile: undefined,
  showNewMnemonic: false,
};

describe("tasks/mnemonic", () => {
  let home: string;

  beforeEach(() => {
    home = mkdtempSync(join(tmpdir(), "pooleth-mnemonic-"));
  });

  afterEach(() => {
    rmSync(home, { recursive: true });
  });

  const file = (name: string, text: string) => {
    writeFileSync(join(home, name), text, { mode: 0o600 });
    return join(home, name);
  };
  const refusal = async (work: Promise<unknown>) => work.then(String, (error: unknown) => error as Error);
  /** The mnemonic in what is shown, with its numbers. */
  const wordsShown = (text: string) =>
    [...(text.split("\n\n")[1] ?? "").matchAll(/\d+ ([a-z]+)/g)].map(([, word = ""]) => word).join(" ");
  /** A terminal on which somebody types what is shown, changed by `change`. */
  function typing(change: (words: string) => string): FakeTerminal {
    const terminal = fakeTerminal("");
    return {
      ...terminal,
      askSecret: async (question) => {
        await terminal.askSecret(question);
        return change(wordsShown(terminal.noted.join("\n")));
      },
    };
  }

  it("is asked for without being shown, and so is its passphrase where it has one", async () => {
    const [plain, more] = [fakeTerminal(` ${MNEMONIC.toUpperCase()}\n`), fakeTerminal([MNEMONIC, "a passphrase"])];

    expect(await readSeed(NONE, plain)).to.deep.equal(mnemonicToSeed(MNEMONIC));
    expect(await readSeed({ ...NONE, passphrase: true }, more)).to.deep.equal(mnemonicToSeed(MNEMONIC, "a passphrase"));

    expect([plain.askedInSecret, more.askedInSecret]).to.deep.equal([[QUESTION], [QUESTION, PASSPHRASE]]);
    expect([...plain.noted, ...more.noted, ...plain.asked, ...more.asked]).to.deep.equal([]);
  });

  it("is read from files, also as Windows writes them", async () => {
    const files = {
      mnemonicFile: file("mnemonic", `${MNEMONIC}\r\nanother line\r\n`),
      passphraseFile: file("passphrase", "a passphrase\r\n"),
    };

    expect(await readSeed({ ...NONE, ...files }, fakeTerminal())).to.deep.equal(
      mnemonicToSeed(MNEMONIC, "a passphrase"),
    );
  });

  it("is made and shown only where that is asked for, and typed back before it is used", async () => {
    const terminal = typing((words) => `  ${words.toUpperCase().replaceAll(" ", "  ")} `);

    const seed = await readOrMakeSeed({ ...NONE, showNewMnemonic: true }, terminal);

    const [shown = ""] = terminal.noted;
    expect(shown).to.match(
      /^Write these 24 words on paper, with their numbers\. They are shown once, and whoever has them has all keys:\n\n(?:(?:[ \d]\d [a-z]{3,8} *){4}\n){6}$/,
    );
    expect(
      [...shown.matchAll(/(\d+) [a-z]+ *(?=\d|\n)/g)].slice(0, 24).map(([, number]) => Number(number)),
    ).to.deep.equal(Array.from({ length: 24 }, (_, i) => i + 1));
    expect(seed).to.deep.equal(mnemonicToSeed(wordsShown(shown)));
    expect(terminal.askedInSecret).to.deep.equal([CONFIRM]);
    expect([terminal.noted.length, terminal.printed.length]).to.deep.equal([1, 0]);
  });

  it("is refused when it was typed back differently", async () => {
    const typed = typing((words) => words.split(" ").reverse().join(" "));
    const error = await refusal(readOrMakeSeed({ ...NONE, showNewMnemonic: true }, typed));
    expect(error).to.be.instanceOf(InputError);
    expect((error as Error).message).to.equal(
      "mnemonic was typed differently (got hidden): run the command again; these words are void",
    );
  });

  it("is not made where there is nobody to see it, or another one is named", async () => {
    const quiet = fakeTerminal();
    expect(await refusal(readOrMakeSeed({ ...NONE, showNewMnemonic: true }, quiet))).to.have.property(
      "message",
      "showNewMnemonic cannot be shown to anybody (got no terminal): run it in a terminal, or name a file with --new-mnemonic-file",
    );
    const newMnemonicFile = join(home, "new");
    const all = { ...NONE, newMnemonicFile, mnemonicFile: file("mnemonic", MNEMONIC), showNewMnemonic: true };
    expect(await refusal(readOrMakeSeed(all, fakeTerminal("yes")))).to.have.property(
      "message",
      "mnemonic can come from one place only (got 3 sources): give one of --mnemonic-file, --new-mnemonic-file and --show-new-mnemonic",
    );
    expect([quiet.noted.length, existsSync(newMnemonicFile)]).to.deep.equal([0, false]);
  });

  it("is not made when its passphrase is refused", async () => {
    const args = { ...NONE, passphraseFile: file("empty", "\n") };
    const newMnemonicFile = join(home, "new");
    const terminal = fakeTerminal("yes");

    for (const named of [{ newMnemonicFile }, { showNewMnemonic: true }])
      expect(await refusal(readOrMakeSeed({ ...args, ...named }, terminal))).to.have.property(
        "message",
        "passphraseFile holds no passphrase (got nothing): leave the option out, if there is none",
      );
    expect([terminal.noted, existsSync(newMnemonicFile)]).to.deep.equal([[], false]);
  });

  it("goes to a file of its owner alone without being shown, and is used again from there", async () => {
    const args = { ...NONE, newMnemonicFile: join(home, "safe", "mnemonic") };
    const [first, second] = [fakeTerminal(), fakeTerminal()];

    const seed = await readOrMakeSeed(args, first);
    const again = await readOrMakeSeed(args, second);

    const written = readFileSync(args.newMnemonicFile, "utf8");
    expect(written).to.match(/^(?:[a-z]+ ){23}[a-z]+\n$/);
    expect(seed).to.deep.equal(mnemonicToSeed(written));
    expect(again).to.deep.equal(seed);
    expect([statSync(join(home, "safe")).mode & 0o777, statSync(args.newMnemonicFile).mode & 0o777]).to.deep.equal([
      0o700, 0o600,
    ]);
    expect([first.noted, second.noted]).to.deep.equal([[], [`the mnemonic in ${args.newMnemonicFile} is used again`]]);
  });
});
