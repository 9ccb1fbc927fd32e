import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";

import { expect } from "chai";

import { LOCAL_ACCOUNTS } from "../../deploy/local.ts";
import { encodeOperatorPublicKey, generateOperatorKey } from "../../src/ssv/operatorKey.ts";
import { ISSVNetwork__factory, type ISSVNetwork } from "../../typechain-types/index.ts";
import { startNode, type RunningNode } from "./commandLine.ts";
import { createTaskRunner, type TaskEnd, type TaskRunner } from "./taskRunner.ts";
import { TestProvider } from "./testProvider.ts";

/** A well-known development mnemonic: these keys hold nothing, anywhere. */
export const MNEMONIC = "test test test test test test test test test test test junk";
export const PASSWORD = "correct horse battery";
export const PASSPHRASE = "a passphrase of the mnemonic";

/** Tasks that are given the folder of the ceremony. */
const TAKES_FOLDER = /^(?:keys|validators (?:register|activate))/;
const OPERATOR_FEE = 1_770_000_000n;

/** What a task returned, as JSON has it. */
export type TaskResult = Record<string, unknown>;

/** A batch as `keys split` and `keys resplit` tell of it. */
export interface SplitBatch {
  readonly folder: string;
  readonly firstNonce: string;
  readonly keys: number;
  readonly operators: string[];
}

/** A local node with a pool, a folder for each test, and tasks that make keys in it. */
export interface KeyCeremony {
  readonly node: RunningNode;
  readonly chain: TestProvider;
  readonly run: TaskRunner;
  /** As the owner of the local operators. */
  readonly network: ISSVNetwork;
  /** Where the pool registers validators. */
  readonly owner: string;
  /** The test's own folder, with `mnemonic`, `password` and `passphrase` in it. */
  readonly home: string;
  /** Folder of the ceremony in it; not made yet. */
  readonly dir: string;
  /** Public keys of the operators that were registered beside the local ones, by id. */
  readonly added: ReadonlyMap<bigint, string>;
  /** A file of the test's own folder, with content if that is given. */
  readonly file: (name: string, content?: string) => string;
  /** Runs a task that must succeed, and reads its result. */
  readonly json: (id: string, args?: Record<string, unknown>) => Promise<TaskResult>;
  /** Runs a task that must end with this one line and nothing else. */
  readonly refuses: (id: string, args: Record<string, unknown>, line: string) => Promise<void>;
  /** Makes keys without keystores, three unless said otherwise. */
  readonly generate: (args?: Record<string, unknown>) => Promise<TaskResult>;
  /** Splits keys with the mnemonic, for operators 1 to 4 unless said otherwise. */
  readonly split: (args?: Record<string, unknown>) => Promise<TaskResult & { batches: SplitBatch[] }>;
  /** Rows of `keys verify`, as `check of: result`. */
  readonly verify: (args?: Record<string, unknown>) => Promise<string[]>;
}

/** Makes a folder with a mnemonic, a password and a passphrase in files of these names. */
export function makeHome(): string {
  const home = mkdtempSync(join(tmpdir(), "pooleth-keys-"));
  for (const [name, text] of Object.entries({ mnemonic: MNEMONIC, password: PASSWORD, passphrase: PASSPHRASE }))
    writeFileSync(join(home, name), `${text}\n`, { mode: 0o600 });
  return home;
}

/**
 * Starts a node before the tests of a `describe`; each test finds the chain as it was, and a folder of its own.
 * @param addedOperators Public operators beside the local four.
 * @param keyOf Their public keys; random ones by default.
 */
export function useKeyCeremony(
  addedOperators = 0,
  keyOf: (id: bigint) => string = () => generateOperatorKey().publicKey,
): () => KeyCeremony {
  let node: RunningNode;
  let chain: TestProvider;
  let run: TaskRunner;
  let network: ISSVNetwork;
  let home: string;
  let snapshot: string;
  const added = new Map<bigint, string>();

  before(async () => {
    node = await startNode();
    chain = new TestProvider(node.url, undefined, { cacheTimeout: -1 });
    run = await createTaskRunner(node);
    const signer = await chain.getSigner(LOCAL_ACCOUNTS.ssvOperators);
    network = ISSVNetwork__factory.connect(node.addresses.ssvNetwork ?? "", signer);
    for (let id = 5n; id < 5n + BigInt(addedOperators); id++) {
      added.set(id, keyOf(id));
      const key = encodeOperatorPublicKey(added.get(id) ?? "");
      await (await network.registerOperator(key, OPERATOR_FEE, false)).wait();
    }
  });

  beforeEach(async () => {
    home = makeHome();
    snapshot = (await chain.send("evm_snapshot", [])) as string;
  });

  afterEach(async () => {
    await chain.send("evm_revert", [snapshot]);
    rmSync(home, { recursive: true });
  });

  after(async () => {
    chain.destroy();
    await node.stop("SIGTERM");
  });

  return () => {
    const dir = join(home, "ceremony");
    const mnemonicFile = join(home, "mnemonic");
    const end = (id: string, args: Record<string, unknown> = {}): Promise<TaskEnd> =>
      run(id, TAKES_FOLDER.test(id) ? { dir, ...args } : args);
    const json = async (id: string, args: Record<string, unknown> = {}): Promise<TaskResult> => {
      const { success, stdout, stderr } = await end(id, { json: true, ...args });
      expect(success, stderr).to.equal(true);
      return JSON.parse(stdout) as TaskResult;
    };
    return {
      node,
      chain,
      run,
      network,
      owner: node.addresses.clusterManager ?? "",
      home,
      dir,
      added,
      file: (name, content) => {
        if (content !== undefined) writeFileSync(join(home, name), content, { mode: 0o600 });
        return join(home, name);
      },
      json,
      refuses: async (id, args, line) => {
        expect(await end(id, args)).to.deep.equal({ success: false, stdout: "", stderr: `error: ${line}\n` });
      },
      generate: (args = {}) => json("keys generate", { count: "3", mnemonicFile, keystores: "none", ...args }),
      split: async (args = {}) =>
        (await json("keys split", { mnemonicFile, operators: "1,2,3,4", ...args })) as TaskResult & {
          batches: SplitBatch[];
        },
      verify: async (args = {}) => {
        const { checks } = (await json("keys verify", args)) as { checks: Record<"check" | "of" | "result", string>[] };
        return checks.map(({ check, of, result }) => `${check} · ${of}: ${result}`);
      },
    };
  };
}
