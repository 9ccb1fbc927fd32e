import { HttpStatusCode } from "@lodestar/api";
import { ApiError } from "@lodestar/api/server";

/** The request is malformed, or asks for what cannot be. */
export function badRequest(message: string): ApiError {
  return new ApiError(HttpStatusCode.BAD_REQUEST, message);
}

/** There is no such thing, or not yet. */
export function notFound(message: string): ApiError {
  return new ApiError(HttpStatusCode.NOT_FOUND, message);
}

/** Nobody made it. */
export function notImplemented(message: string): ApiError {
  return new ApiError(HttpStatusCode.NOT_IMPLEMENTED, message);
}

/** It cannot be answered now. */
export function unavailable(message: string): ApiError {
  return new ApiError(HttpStatusCode.SERVICE_UNAVAILABLE, message);
}
