import type { BaseContract, Provider } from "ethers";

import { chainOf } from "../../clients/committee.ts";

/** A contract through a provider that does some things in another way. */
export function throughProvider<T extends BaseContract>(contract: T, changed: Partial<Provider>): T {
  const provider = new Proxy(chainOf(contract), {
    get(target, name, receiver) {
      if (name === "provider") return receiver as unknown;
      const value: unknown = Reflect.get(changed, name) ?? Reflect.get(target, name, target);
      return typeof value === "function" ? (value.bind(target) as unknown) : value;
    },
  });
  return contract.connect(provider) as T;
}
