import type { Provider, Result, TransactionRequest } from "ethers";

import { ISSVNetworkViews__factory } from "../../typechain-types/index.ts";

interface Watch {
  /** Is given each call with the chain's answer, and returns the answer to pass on. */
  readonly changeAnswer?: (data: string, answer: string) => string;
  /** Milliseconds after which a call is answered. */
  readonly delay?: (data: string) => number;
}

/** A provider that does something with the calls, and knows how many were under way at once. */
export function watchedProvider(provider: Provider, { changeAnswer, delay }: Watch) {
  const watched = { underWay: 0, mostUnderWay: 0, calls: 0 };
  const call = async (transaction: TransactionRequest): Promise<string> => {
    const data = transaction.data ?? "0x";
    watched.calls++;
    watched.underWay++;
    watched.mostUnderWay = Math.max(watched.mostUnderWay, watched.underWay);
    try {
      const answer = await provider.call(transaction);
      if (delay !== undefined) await new Promise((resolve) => setTimeout(resolve, delay(data)));
      return changeAnswer?.(data, answer) ?? answer;
    } finally {
      watched.underWay--;
    }
  };
  return Object.assign(
    new Proxy(provider, {
      get(target, name, receiver) {
        if (name === "call") return call;
        if (name === "provider") return receiver as unknown;
        if (name === "watched") return watched;
        const value: unknown = Reflect.get(target, name, target);
        return typeof value === "function" ? (value.bind(target) as unknown) : value;
      },
    }),
    { watched },
  );
}

/** Has `getOperatorById` answer of an operator as it does of one that earned tokens only: not active, not removed. */
export function sayInactive(operatorId: bigint): NonNullable<Watch["changeAnswer"]> {
  const views = ISSVNetworkViews__factory.createInterface();
  const asked = views.encodeFunctionData("getOperatorById", [operatorId]);
  return (data, answer) => {
    if (data !== asked) return answer;
    const [operator] = views.decodeFunctionResult("getOperatorById", answer) as unknown as [Result];
    return views.encodeFunctionResult("getOperatorById", [{ ...operator.toObject(), isActive: false }]);
  };
}
