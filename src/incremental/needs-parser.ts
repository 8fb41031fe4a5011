/** Why the bytes of a file alone do not tell its records for certain: then all of it is to be parsed. */
export interface NeedsParser {
  readonly needsParser: string;
}

export const needsParser = (why: string): NeedsParser => ({ needsParser: why });

export const isNeedsParser = (value: number | object): value is NeedsParser =>
  typeof value === 'object' && 'needsParser' in value;
