import {
  chmodSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  statSync,
  symlinkSync,
  writeFileSync,
} from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";

import { expect } from "chai";

import {
  FileError,
  listEntries,
  listFolder,
  makeFolder,
  moveFolder,
  readText,
  writeFolder,
  writeText,
} from "../../clients/files.ts";

describe("clients/files", () => {
  let home: string;

  beforeEach(() => {
    home = mkdtempSync(join(tmpdir(), "pooleth-files-"));
  });

  afterEach(() => {
    rmSync(home, { recursive: true });
  });

  const path = (...names: string[]) => join(home, ...names);
  const modeOf = (name: string) => (statSync(path(name)).mode & 0o777).toString(8);
  const refuses = (work: () => unknown, line: string) =>
    expect(work).to.throw(FileError).with.property("message", line);

  it("writes files for everybody to read, or for their owner alone, in place of those that were there", () => {
    writeText(path("public"), "out", "first");
    writeText(path("private"), "out", "secret", "private");
    chmodSync(path("public"), 0o666);

    writeText(path("public"), "out", "second", "private");

    expect([readText(path("public"), "in"), readText(path("private"), "in")]).to.deep.equal(["second", "secret"]);
    expect([modeOf("public"), modeOf("private")]).to.deep.equal(["600", "600"]);
    expect(readdirSync(home)).to.deep.equal(["private", "public"]);
  });

  it("overwrites what an earlier attempt left, and follows no link that stands there", () => {
    writeFileSync(path("other"), "kept", { mode: 0o666 });
    symlinkSync(path("other"), path("file.unfinished"));

    writeText(path("file"), "out", "text", "private");

    expect(readFileSync(path("other"), "utf8")).to.equal("kept");
    expect(statSync(path("file")).isFile()).to.equal(true);
    expect([readText(path("file"), "in"), modeOf("file")]).to.deep.equal(["text", "600"]);
  });

  it("keeps the file that was there when another cannot be written", () => {
    writeText(path("file"), "out", "first");
    mkdirSync(path("file.unfinished"));

    refuses(
      () => {
        writeText(path("file"), "out", "second");
      },
      `out cannot be written, ERR_FS_EISDIR (got ${path("file")}): make room, or name a folder that you may write to`,
    );

    expect(readText(path("file"), "in")).to.equal("first");
  });

  it("writes a folder whole, in place of what an earlier attempt left", () => {
    mkdirSync(path("batch.unfinished"));
    writeFileSync(path("batch.unfinished", "old.json"), "{");

    writeFolder(path("batch"), "dir", { "a.json": "1", "b.json": "2" }, "private");

    expect(readdirSync(home)).to.deep.equal(["batch"]);
    expect(readdirSync(path("batch"))).to.deep.equal(["a.json", "b.json"]);
    expect([modeOf("batch"), modeOf("batch/a.json")]).to.deep.equal(["700", "600"]);
    writeFolder(path("open"), "dir", { "a.json": "1" });
    expect([modeOf("open"), modeOf("open/a.json")]).to.deep.equal(["755", "644"]);
  });

  it("writes no folder of which a file cannot be written, or whose name is taken", () => {
    expect(() => {
      writeFolder(path("batch"), "dir", { "a.json": "1", "no/such/folder.json": "2" });
    }).to.throw(FileError, "dir cannot be written, ENOENT");
    expect(existsSync(path("batch"))).to.equal(false);

    writeFolder(path("batch"), "dir", { "a.json": "1" });
    refuses(
      () => {
        writeFolder(path("batch"), "dir", { "a.json": "2" });
      },
      `dir cannot be written, ENOTEMPTY (got ${path("batch")}): name a folder that is not there yet, and that you may write to`,
    );
    expect(readText(path("batch", "a.json"), "in")).to.equal("1");
  });

  it("leaves nothing behind where it cannot give a file its name", () => {
    mkdirSync(path("taken"));
    refuses(
      () => {
        writeText(path("taken"), "out", "secret");
      },
      `out cannot be written, EISDIR (got ${path("taken")}): make room, or name a folder that you may write to`,
    );
    expect(readdirSync(home)).to.deep.equal(["taken"]);
    refuses(() => {
      writeText("", "out", "secret");
    }, "out names no path (got nothing): make room, or name a folder that you may write to");
  });

  it("refuses a folder that cannot be made, at once", () => {
    const folder = "/proc/pooleth/ceremony";
    expect(() => {
      makeFolder(folder, "dir");
    }).to.throw(FileError, `dir cannot be made a folder, ENOENT (got ${folder}): name a folder that you may write to`);
  });

  it("makes folders for their owner alone, and leaves those that are there as they are", () => {
    makeFolder(path("a", "b"), "dir", "private");
    expect([modeOf("a"), modeOf("a/b")]).to.deep.equal(["700", "700"]);
    mkdirSync(path("open"));
    chmodSync(path("open"), 0o755);
    makeFolder(path("open"), "dir", "private");
    expect(modeOf("open")).to.equal("755");
    writeFileSync(path("file"), "");
    refuses(
      () => {
        makeFolder(path("file"), "dir");
      },
      `dir cannot be made a folder, EEXIST (got ${path("file")}): name a folder that you may write to`,
    );
  });

  it("moves a folder, but not over another one", () => {
    writeFolder(path("from"), "dir", { "a.json": "1" });
    moveFolder(path("from"), path("to"), "dir");
    expect(readdirSync(home)).to.deep.equal(["to"]);
    writeFolder(path("from"), "dir", { "a.json": "2" });
    refuses(
      () => {
        moveFolder(path("from"), path("to"), "dir");
      },
      `dir cannot be written, ENOTEMPTY (got ${path("to")}): name a folder that is not there yet, and that you may write to`,
    );
    expect(readText(path("to", "a.json"), "in")).to.equal("1");
  });

  it("lists what is whole, or all there is", () => {
    for (const name of ["b.json", "a.json", ".hidden", "c.json.unfinished"]) writeFileSync(path(name), "");
    mkdirSync(path("folder"));
    symlinkSync(path("folder"), path("link"));

    expect(listFolder(home, "dir")).to.deep.equal(["a.json", "b.json", "folder", "link"]);
    expect(listFolder(path("none"), "dir")).to.deep.equal([]);
    expect(listEntries(home, "dir")).to.deep.equal([
      ...[".hidden", "a.json", "b.json", "c.json.unfinished"].map((name) => ({ name, isFolder: false })),
      { name: "folder", isFolder: true },
      { name: "link", isFolder: false },
    ]);
    refuses(
      () => listFolder(path("a.json"), "dir"),
      `dir cannot be read, ENOTDIR (got ${path("a.json")}): name a folder that you may read`,
    );
    refuses(
      () => listEntries(path("none"), "dir"),
      `dir cannot be read, ENOENT (got ${path("none")}): name a folder that you may read`,
    );
    refuses(() => readText(home, "in"), `in cannot be read, EISDIR (got ${home}): name a file that you may read`);
  });
});
