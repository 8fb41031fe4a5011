/** `Z`, `+08`, `+0800`, `+08:00`, `UTC`, `GMT`, `GMT+0800`, `UTC+8`: part of a regular expression without groups. */
export const OFFSET = '(?:Z|(?:UTC|GMT)(?:[+-][0-9]{1,2}(?::?[0-9]{2})?)?|[+-][0-9]{2}(?::?[0-9]{2})?)';

// -12:00 to +14:00 in quarters of an hour: `-10:05` is the end of a range.
const POSSIBLE = /^[+-](?:(?:0[0-9]|1[01])(?:00|15|30|45)|1200)$|^\+(?:1245|1[34]00|1345)$/;

/** An offset in the form that Temporal takes as a zone; undefined for one that no place on earth has. */
export function offsetZone(offset: string): string | undefined {
  const signed = offset.replace(/^(?:Z|UTC|GMT)/, '');
  if (signed === '') return 'UTC';
  const [, sign = '', hours = '', minutes = '00'] = /^([+-])([0-9]{1,2}?):?([0-9]{2})?$/.exec(signed) ?? [];
  const digits = `${sign}${hours.padStart(2, '0')}${minutes}`;
  return POSSIBLE.test(digits) ? `${digits.slice(0, 3)}:${digits.slice(3)}` : undefined;
}
