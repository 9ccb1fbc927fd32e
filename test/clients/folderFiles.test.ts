import { execFileSync } from "node:child_process";
import { mkdirSync, mkdtempSync, rmSync, symlinkSync, truncateSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";

import { expect } from "chai";

import { FileError } from "../../clients/files.ts";
import { checkNoLink, listSubfolder, MAX_FILE_BYTES, readFolderFile } from "../../clients/folderFiles.ts";

const REMEDY = "have the file itself there, if you trust whoever made the folder";

describe("clients/folderFiles", () => {
  let home: string;

  beforeEach(() => {
    home = mkdtempSync(join(tmpdir(), "pooleth-folder-"));
  });

  afterEach(() => {
    rmSync(home, { recursive: true });
  });

  const path = (...names: string[]) => join(home, ...names);
  const refuses = (work: () => unknown, line: string) =>
    expect(work).to.throw(FileError).with.property("message", line);
  const refusesFile = (name: string, problem: string, remedy = REMEDY) =>
    refuses(() => readFolderFile(path(name), "dir"), `dir cannot be read, ${problem} (got ${path(name)}): ${remedy}`);

  it("reads regular files whole", () => {
    for (const text of ["", "a\u00e4\u20ac\n", "x".repeat(200_000)]) {
      writeFileSync(path("file"), text);
      expect(readFolderFile(path("file"), "dir")).to.equal(text);
    }
    refusesFile("missing", "ENOENT", "name a file that you may read");
  });

  it("follows no link, wherever it leads", () => {
    writeFileSync(path("file"), "text");
    for (const [i, target] of [path("file"), "file", "/dev/zero", "/etc/hostname", "nowhere"].entries()) {
      symlinkSync(target, path(`link-${i}`));
      refusesFile(`link-${i}`, "being a link");
    }
  });

  it("reads no folder, and waits for no pipe", () => {
    mkdirSync(path("folder"));
    refusesFile("folder", "being no regular file");
    execFileSync("mkfifo", [path("pipe")]);
    refusesFile("pipe", "being no regular file");
    refuses(
      () => readFolderFile("/dev/zero", "dir"),
      `dir cannot be read, being no regular file (got /dev/zero): ${REMEDY}`,
    );
  });

  it("reads no file that is too large to be one of a ceremony", () => {
    writeFileSync(path("large"), "");
    truncateSync(path("large"), MAX_FILE_BYTES + 1);
    refusesFile("large", "having more than 134217728 bytes", "make smaller batches");
  });

  it("lists a folder within another, unless it is a link", () => {
    mkdirSync(path("folder"));
    writeFileSync(path("folder", "file"), "");
    symlinkSync("folder", path("link"));
    expect(listSubfolder(path("folder"), "dir")).to.deep.equal(["file"]);
    expect(listSubfolder(path("missing"), "dir")).to.deep.equal([]);
    refuses(
      () => listSubfolder(path("link"), "dir"),
      `dir cannot be read, being a link (got ${path("link")}): ${REMEDY}`,
    );
    checkNoLink(path("folder"), "dir");
    checkNoLink(path("missing"), "dir");
  });
});
