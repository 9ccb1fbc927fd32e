import { notImplemented } from "./apiErrors.ts";

/**
 * Completes the methods of a part of the Beacon API: those that are missing answer with status 501. The library routes
 * all that it knows.
 */
export function withUnimplemented<T extends object>(methods: Partial<T>): T {
  const complete = new Proxy(methods, {
    get: (target, name, receiver): unknown => Reflect.get(target, name, receiver) ?? refuse(String(name)),
  });
  return complete as T;
}

function refuse(name: string): () => Promise<never> {
  return async () => Promise.reject(notImplemented(`${name} is not implemented by this node`));
}
