import { chmodSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";

import { expect } from "chai";

import { InputError } from "../../tasks/input.ts";
import { readNewPassword, readPassword, readSecret } from "../../tasks/secrets.ts";
import type { Terminal } from "../../tasks/terminal.ts";
import { fakeTerminal } from "../helpers/terminal.ts";

const PASSWORD = "correct horse battery";
const AGAIN = "The same password again: ";
const ONCE = "Password of the keystores: ";

describe("tasks/secrets", () => {
  let home: string;

  before(() => {
    home = mkdtempSync(join(tmpdir(), "pooleth-secrets-"));
  });

  after(() => {
    rmSync(home, { recursive: true });
  });

  const file = (text: string) => {
    const path = join(home, "password");
    writeFileSync(path, text);
    chmodSync(path, 0o600);
    return path;
  };
  async function refuses(work: Promise<unknown>, line: string): Promise<void> {
    const error: unknown = await work.catch((caught: unknown) => caught);
    expect(error).to.be.instanceOf(InputError).with.property("message", line);
  }

  for (const [written, text] of Object.entries({
    "a file of one line": PASSWORD,
    "a line that ends": `${PASSWORD}\n`,
    "a line that ends as Windows has it": `${PASSWORD}\r\nanother line\r\n`,
  }))
    it(`reads a password from ${written}, and asks nobody`, async () => {
      const terminal = fakeTerminal("typed instead");
      expect(await readPassword(terminal, file(text), "passwordFile")).to.equal(PASSWORD);
      expect(await readNewPassword(terminal, file(text), "passwordFile")).to.equal(PASSWORD);
      expect(terminal.askedInSecret).to.deep.equal([]);
    });

  for (const [mode, isOpen] of [
    [0o600, false],
    [0o400, false],
    [0o640, true],
    [0o604, true],
  ] as const)
    it(`${isOpen ? "warns of" : "says nothing about"} a file with mode ${mode.toString(8)}`, async () => {
      const path = file(PASSWORD);
      chmodSync(path, mode);
      const warning = `warning: other users of this machine may read ${path}: keep them out with chmod 600`;
      for (const read of [
        (terminal: Terminal) => readNewPassword(terminal, path, "passwordFile"),
        (terminal: Terminal) => readSecret(terminal, path, "mnemonicFile", "Mnemonic: "),
      ]) {
        const terminal = fakeTerminal();
        expect(await read(terminal)).to.equal(PASSWORD);
        expect(terminal.noted).to.deep.equal(isOpen ? [warning] : []);
      }
      rmSync(path);
    });

  it("keeps the spaces of a password", async () => {
    expect(await readPassword(fakeTerminal(), file("  two words \n"), "passwordFile")).to.equal("  two words ");
  });

  it("asks for a password without showing it, once if it exists and twice if it is new", async () => {
    const terminal = fakeTerminal(PASSWORD);

    expect(await readPassword(terminal, undefined, "passwordFile")).to.equal(PASSWORD);
    expect(await readNewPassword(terminal, undefined, "passwordFile")).to.equal(PASSWORD);

    expect(terminal.askedInSecret).to.deep.equal([ONCE, ONCE, AGAIN]);
    expect([...terminal.asked, ...terminal.noted, ...terminal.printed]).to.deep.equal([]);
  });

  it("refuses a new password that is typed differently the second time, and shows neither", async () => {
    const terminal = fakeTerminal([PASSWORD, `${PASSWORD}!`]);
    await refuses(
      readNewPassword(terminal, undefined, "passwordFile"),
      "password was typed differently the second time (got hidden): run the command again",
    );
    expect(terminal.askedInSecret).to.deep.equal([ONCE, AGAIN]);
  });

  it("refuses passwords that are empty or, if new, shorter than 12 characters", async () => {
    const tooShort = "is too short for a password (got 11 characters): use at least 12 characters";
    const empty = "passwordFile holds no password (got nothing): write the password on its first line";
    await refuses(readNewPassword(fakeTerminal("x".repeat(11)), undefined, "passwordFile"), `password ${tooShort}`);
    await refuses(readNewPassword(fakeTerminal(), file("x".repeat(11)), "passwordFile"), `passwordFile ${tooShort}`);
    expect(await readNewPassword(fakeTerminal(), file("x".repeat(12)), "passwordFile")).to.have.lengthOf(12);
    expect(await readPassword(fakeTerminal(), file("x"), "passwordFile")).to.equal("x");
    await refuses(
      readPassword(fakeTerminal(""), undefined, "passwordFile"),
      "password is empty (got nothing): type the password",
    );
    await refuses(readPassword(fakeTerminal(), file("\nsecond line\n"), "passwordFile"), empty);
  });

  it("refuses to ask where nobody is, and names what it would have asked for", async () => {
    await refuses(
      readPassword(fakeTerminal(), undefined, "passwordFile"),
      "password cannot be asked for (got no terminal): run it in a terminal, or name a file that holds it with --password-file",
    );
    await refuses(
      readSecret(fakeTerminal(), undefined, "mnemonicFile", "Mnemonic: "),
      "mnemonic cannot be asked for (got no terminal): run it in a terminal, or name a file that holds it with --mnemonic-file",
    );
  });
});
