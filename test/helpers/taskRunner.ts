import { createHardhatRuntimeEnvironment } from "hardhat/hre";
import { isResult } from "hardhat/utils/result";

import config from "../../hardhat.config.ts";
import type { RunningNode } from "./commandLine.ts";

/** What a task printed, and whether it succeeded. */
export interface TaskEnd {
  readonly success: boolean;
  readonly stdout: string;
  readonly stderr: string;
}

/** Runs a task by its name. */
export type TaskRunner = (id: string, args?: Record<string, unknown>) => Promise<TaskEnd>;

/** For tasks that need no chain: nobody listens there. */
const NOWHERE = { url: "http://127.0.0.1:9" };

/**
 * Runs tasks in this process, as the command line does after it has read the arguments: many times quicker than a
 * process for each. One after the other, because what they print is caught.
 * @param network Named on the command line; without a node none is.
 * @param url Where the network's node listens.
 */
export async function createTaskRunner(
  node: Pick<RunningNode, "url"> = NOWHERE,
  network: string | undefined = node === NOWHERE ? undefined : "local",
  url = node.url,
): Promise<TaskRunner> {
  const networks = {
    ...config.networks,
    local: { type: "http" as const, chainType: "l1" as const, chainId: 31_337, url },
    hoodi: { type: "http" as const, chainType: "l1" as const, chainId: 560_048, url },
  };
  const hre = await createHardhatRuntimeEnvironment(
    { ...config, networks },
    network === undefined ? {} : { network },
    process.cwd(),
  );
  return async (id, args = {}) => {
    const caught = { stdout: "", stderr: "" };
    const restore = [catchOutput("stdout", caught), catchOutput("stderr", caught)];
    try {
      const result: unknown = await hre.tasks.getTask(id.split(" ")).run(args);
      return { success: isResult(result) && result.success, ...caught };
    } finally {
      for (const undo of restore) undo();
    }
  };
}

function catchOutput(name: "stdout" | "stderr", caught: Record<"stdout" | "stderr", string>): () => void {
  const stream = process[name];
  const write = stream.write.bind(stream);
  stream.write = (chunk: string | Uint8Array) => {
    caught[name] += typeof chunk === "string" ? chunk : Buffer.from(chunk).toString();
    return true;
  };
  return () => {
    stream.write = write;
  };
}
