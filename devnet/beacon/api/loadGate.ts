import type { ServerResponse } from "node:http";

import type { FastifyInstance } from "fastify";

import { unavailable } from "./apiErrors.ts";

/** Lets so many requests of a route be answered at once, and so many wait. */
export class LoadGate {
  readonly #atOnce: number;
  readonly #mayWait: number;
  readonly #waiting: (() => void)[] = [];
  #running = 0;

  constructor(atOnce: number, mayWait: number) {
    this.#atOnce = atOnce;
    this.#mayWait = mayWait;
  }

  /** Holds back requests of a route: what is registered from now on. An answer counts until its client has read it. */
  guard(server: FastifyInstance, url: string): void {
    server.addHook("preHandler", async ({ routeOptions }, { raw }) => {
      if (routeOptions.url === url) await this.#enter(raw);
    });
  }

  async #enter(response: ServerResponse): Promise<void> {
    if (this.#running >= this.#atOnce) await this.#wait();
    else this.#running += 1;
    if (response.destroyed) {
      this.#leave();
      throw unavailable("The client has gone");
    }
    response.once("close", () => {
      this.#leave();
    });
  }

  /** Whoever leaves hands its place on. */
  #leave(): void {
    const next = this.#waiting.shift();
    if (next === undefined) this.#running -= 1;
    else next();
  }

  async #wait(): Promise<void> {
    if (this.#waiting.length >= this.#mayWait)
      throw unavailable(
        `Too many such requests: ${this.#atOnce} are answered at once and ${this.#mayWait} wait; try again`,
      );
    await new Promise<void>((resolve) => {
      this.#waiting.push(resolve);
    });
  }
}
