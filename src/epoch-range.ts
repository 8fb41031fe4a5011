/** The instants that a payload may hold, in epoch ms: a value in seconds (1.7e9) lies in January 1970 when it is read as ms. */
export const EARLIEST_MS = 631_152_000_000; // 1990-01-01
export const LATEST_MS = 4_102_444_800_000; // 2100-01-01
