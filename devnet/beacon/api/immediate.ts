/** A method that answers without waiting for anything, in the form that the library's routes take. */
export function immediate<Args extends unknown[], Result>(
  method: (...args: Args) => Result,
): (...args: Args) => Promise<Result> {
  return async (...args) => Promise.resolve().then(() => method(...args));
}
