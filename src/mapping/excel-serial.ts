const DAY_MS = 86_400_000;
// Excel writes 15 digits: a second of a day is off by a hundredth of a ms. With 7 decimals it would be 4 ms.
const ROUNDING_MS = 5;

/**
 * The milliseconds of a day that the decimals of a serial date stand for (`75` for 18:00), to the whole second; undefined
 * when they are on none, because decimals were cut off.
 */
export function timeOfDayMs(decimals: string): number | undefined {
  const exactMs = Number(`0.${decimals}`) * DAY_MS;
  const time = Math.round(exactMs / 1000) * 1000;
  return Math.abs(time - exactMs) > ROUNDING_MS ? undefined : time;
}
