import { rmSync } from "node:fs";
import { join } from "node:path";

import { makeHome } from "./keyCeremony.ts";
import { createTaskRunner, type TaskRunner } from "./taskRunner.ts";

/** A folder for a test, and tasks that make keys in it without a connection. */
export interface KeyHome {
  readonly run: TaskRunner;
  /** With `mnemonic`, `password` and `passphrase` in it. */
  readonly home: string;
  /** Folder of the ceremony in it; not made yet. */
  readonly dir: string;
  readonly mnemonicFile: string;
  readonly passwordFile: string;
}

/** Makes a folder before each test of a suite, and removes it after that. */
export function useKeyHome(): () => KeyHome {
  let run: TaskRunner;
  let home: string;

  before(async () => {
    run = await createTaskRunner();
  });

  beforeEach(() => {
    home = makeHome();
  });

  afterEach(() => {
    rmSync(home, { recursive: true });
  });

  return () => ({
    run,
    home,
    dir: join(home, "ceremony"),
    mnemonicFile: join(home, "mnemonic"),
    passwordFile: join(home, "password"),
  });
}
