import { JsonRpcProvider } from "ethers";

/**
 * A provider that can be ended at any time. `wait` of a transaction leaves requests behind whose
 * failure nobody would catch; once this provider is ended they are left unanswered instead.
 */
export class TestProvider extends JsonRpcProvider {
  #ended = false;

  override async send(method: string, params: unknown[] | Record<string, unknown>): Promise<unknown> {
    try {
      if (!this.#ended) return await super.send(method, params);
    } catch (error) {
      if (!this.#ended) throw error;
    }
    return new Promise(() => undefined);
  }

  override destroy(): void {
    this.#ended = true;
    super.destroy();
  }
}
