import { fork, type ChildProcess } from "node:child_process";
import { once } from "node:events";
import { fileURLToPath } from "node:url";

import { NODE_FLAGS } from "../../daemon/service/nodeFlags.ts";
import type { Held } from "./held.ts";

/** What a member of a soak is told. */
export type Order = "round" | "look";
/** What it answers: when it is there, and to each order. */
export type Answer =
  | { readonly kind: "ready" | "done" }
  | { readonly kind: "held"; readonly held: Held }
  | { readonly kind: "failed"; readonly problem: string };

/** What a member of a soak is started with. */
export interface SoakMemberOptions {
  /** Its configuration; its key is in the variable that `signer` names. */
  readonly config: Readonly<Record<string, unknown>> & {
    readonly monitoringPort: number;
    readonly exchangePort: number;
  };
  readonly privateKey: string;
}

/** Environment variable of a member's key. */
export const KEY_VARIABLE = "POOLETH_SOAK_KEY";

const PROGRAM = fileURLToPath(new URL("./soakMemberProcess.ts", import.meta.url));
/** What is told of failures. */
const STANDARD_ERROR = 2;

/** A member in a process of its own, whose rounds come when they are ordered. */
export class SoakMember {
  /** Where it serves what it signed. */
  readonly exchangeUrl: string;
  readonly #child: ChildProcess;
  readonly #monitoringUrl: string;
  readonly #ended = new AbortController();

  private constructor(child: ChildProcess, { monitoringPort, exchangePort }: SoakMemberOptions["config"]) {
    this.#child = child;
    this.#monitoringUrl = `http://127.0.0.1:${monitoringPort}`;
    this.exchangeUrl = `http://127.0.0.1:${exchangePort}`;
    child.once("exit", () => {
      this.#ended.abort(new Error("a member has ended"));
    });
  }

  /** Starts it with the flags of the entry points, and waits until it serves. */
  static async start({ config, privateKey }: SoakMemberOptions): Promise<SoakMember> {
    const child = fork(PROGRAM, [JSON.stringify(config)], {
      execArgv: [...NODE_FLAGS, "--disable-warning=ExperimentalWarning", "--import", "tsx"],
      env: { ...process.env, [KEY_VARIABLE]: privateKey },
      stdio: ["ignore", STANDARD_ERROR, "inherit", "ipc"],
    });
    const member = new SoakMember(child, config);
    await member.#answer();
    return member;
  }

  /** One round. */
  async round(): Promise<void> {
    await this.#order("round");
  }

  /** What it holds now. */
  async look(): Promise<Held> {
    const answer = await this.#order("look");
    if (answer.kind !== "held") throw new Error(`a member answers ${answer.kind} instead of what it holds`);
    return answer.held;
  }

  /** Values of its metrics, by name and labels as they are written. */
  async metrics(): Promise<ReadonlyMap<string, number>> {
    const text = await (await fetch(`${this.#monitoringUrl}/metrics`)).text();
    const rows = text.split("\n").filter((line) => line !== "" && !line.startsWith("#"));
    return new Map(
      rows.map((row) => [row.slice(0, row.lastIndexOf(" ")), Number(row.slice(row.lastIndexOf(" ") + 1))]),
    );
  }

  /** Ends it as a service would. */
  async stop(): Promise<void> {
    if (this.#ended.signal.aborted) return;
    const exit = once(this.#child, "exit");
    this.#child.kill("SIGTERM");
    await exit;
  }

  async #order(order: Order): Promise<Answer> {
    const answer = this.#answer();
    this.#child.send(order);
    return answer;
  }

  async #answer(): Promise<Answer> {
    const { signal } = this.#ended;
    const [answer] = (await once(this.#child, "message", { signal })) as [Answer];
    if (answer.kind === "failed") throw new Error(`a round failed: ${answer.problem}`);
    return answer;
  }
}
