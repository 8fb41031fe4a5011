const [FIRST_LEAD, LAST_LEAD, FIRST_TRAIL, LAST_TRAIL] = [0x81, 0xfe, 0x41, 0xfe];
const TRAILS = LAST_TRAIL - FIRST_TRAIL + 1;
const [FIRST_SYLLABLE, LAST_SYLLABLE] = [0xac00, 0xd7a3];

const placeOf = (lead: number, trail: number) => (lead - FIRST_LEAD) * TRAILS + trail - FIRST_TRAIL;

let table: Uint16Array | undefined;

/**
 * EUC-KR with the extension of Windows (code page 949), as the Encoding Standard has it. Node's decoder lacks the
 * extension: 8,822 rarer syllables, without which not every name can be written, and makes other text of them.
 * @throws TypeError for bytes that are no character
 */
export function decodeKorean(bytes: Uint8Array): string {
  table ??= readTable();
  const units = new Uint16Array(bytes.length);
  let length = 0;
  for (let at = 0; at < bytes.length; at++) {
    const lead = bytes[at] as number;
    if (lead < 0x80) {
      units[length++] = lead;
      continue;
    }
    const trail = bytes[++at] ?? 0;
    const unit = lead < FIRST_LEAD || trail < FIRST_TRAIL ? 0 : (table[placeOf(lead, trail)] ?? 0);
    if (unit === 0) throw new TypeError('not EUC-KR');
    units[length++] = unit;
  }
  return new TextDecoder('utf-16le', { ignoreBOM: true }).decode(units.subarray(0, length));
}

/** Two bytes → UTF-16 unit, 0 where there is no character. */
function readTable(): Uint16Array {
  const units = new Uint16Array((LAST_LEAD - FIRST_LEAD + 1) * TRAILS);
  const decoder = new TextDecoder('euc-kr');
  const known = new Set<number>();
  for (let lead = 0xa1; lead <= LAST_LEAD; lead++) {
    for (let trail = 0xa1; trail <= LAST_TRAIL; trail++) {
      const char = decoder.decode(Uint8Array.of(lead, trail));
      if (char.length !== 1 || /[\uFFFD\p{Co}\p{Cn}]/u.test(char)) continue;
      units[placeOf(lead, trail)] = char.charCodeAt(0);
      known.add(char.charCodeAt(0));
    }
  }
  // Signs that came later.
  units[placeOf(0xa2, 0xe6)] = 0x20ac;
  units[placeOf(0xa2, 0xe7)] = 0xae;
  // The extension has the syllables that are left, in the order of Unicode, in the places that are left.
  let lead = FIRST_LEAD;
  let trail = FIRST_TRAIL;
  for (let syllable = FIRST_SYLLABLE; syllable <= LAST_SYLLABLE; syllable++) {
    if (known.has(syllable)) continue;
    units[placeOf(lead, trail)] = syllable;
    trail = nextTrail(trail);
    if (trail <= (lead < 0xa1 ? LAST_TRAIL : 0xa0)) continue;
    lead++;
    trail = FIRST_TRAIL;
  }
  return units;
}

/** A to Z, a to z, then from 0x81 on. */
function nextTrail(trail: number): number {
  if (trail === 0x5a) return 0x61;
  return trail === 0x7a ? 0x81 : trail + 1;
}
