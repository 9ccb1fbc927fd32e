import type { Provider } from "ethers";

import type { ISSVNetwork } from "../../typechain-types/index.ts";
import { chainOf } from "../../clients/committee.ts";

/** Ssv.network through a provider that does some things in another way. */
export function throughProvider(ssvNetwork: ISSVNetwork, changed: Partial<Provider>): ISSVNetwork {
  const provider = new Proxy(chainOf(ssvNetwork), {
    get(target, name, receiver) {
      if (name === "provider") return receiver as unknown;
      const value: unknown = Reflect.get(changed, name) ?? Reflect.get(target, name, target);
      return typeof value === "function" ? (value.bind(target) as unknown) : value;
    },
  });
  return ssvNetwork.connect(provider);
}
