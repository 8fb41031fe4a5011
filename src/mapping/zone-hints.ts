import { suggestion } from './suggestion.ts';

/**
 * What may be meant by a text that is no time zone: ` Did you mean "Asia/Shanghai"?`, or '' where nobody can tell. People
 * type the city they are in, an abbreviation, what Windows calls a zone, or an offset.
 */
export function zoneHint(zone: string): string {
  const word = plain(zone);
  const offset = offsetIn(zone);
  if (offset !== undefined) return didYouMean(offset === '+08:00' ? ['+08:00', CHINA] : [offset]);
  const several = AMBIGUOUS[word];
  if (several !== undefined) {
    const choices = several.map(([name, known]) => `"${known}" (${name})`);
    return ` ${zone} has several meanings: is it ${choices.slice(0, -1).join(', ')} or ${choices.at(-1)}?`;
  }
  // Of Asia/Beijing, China/Beijing and Beijing the last part tells the place.
  const place = plain(zone.split('/').at(-1) ?? '');
  const known = KNOWN.get(word) ?? KNOWN.get(place) ?? byCity(place);
  return known === undefined ? suggestion(zone, Intl.supportedValuesOf('timeZone')) : didYouMean([known]);
}

const CHINA = 'Asia/Shanghai';

const didYouMean = (names: readonly string[]) =>
  ` Did you mean ${names.map((name) => `"${name}"`).join(' or ')}?`;

/** Without what people write in different ways: case, spaces, `_` and `-`. */
const plain = (text: string) => text.toLowerCase().replaceAll(/[\s_\-.'’]/g, '');

const OFFSET = /^\s*(?:gmt|utc|z)?\s*([+-])\s*([0-9]{1,2})(?::?([0-9]{2}))?\s*$/i;

/** `GMT+8`, `UTC+08:00`, `+8` → `+08:00` */
function offsetIn(zone: string): string | undefined {
  const match = OFFSET.exec(zone.replaceAll('＋', '+').replaceAll('−', '-'));
  if (match === null) return undefined;
  const [, sign = '+', hours = '', minutes = '00'] = match;
  return Number(hours) > 14 || Number(minutes) > 59
    ? undefined
    : `${sign}${hours.padStart(2, '0')}:${minutes}`;
}

function byCity(place: string): string | undefined {
  return Intl.supportedValuesOf('timeZone').find((name) => plain(name.split('/').at(-1) ?? '') === place);
}

/** Abbreviations that are used for several zones: to take one of them would be a guess of hours. */
const AMBIGUOUS: Readonly<Partial<Record<string, readonly (readonly [name: string, zone: string])[]>>> = {
  cst: [
    ['China Standard Time', CHINA],
    ['US Central Time', 'America/Chicago'],
  ],
  ist: [
    ['India', 'Asia/Kolkata'],
    ['Israel', 'Asia/Jerusalem'],
    ['Ireland', 'Europe/Dublin'],
  ],
  bst: [
    ['British Summer Time', 'Europe/London'],
    ['Bangladesh', 'Asia/Dhaka'],
  ],
  ast: [
    ['Atlantic Time', 'America/Halifax'],
    ['Arabia', 'Asia/Riyadh'],
  ],
};

const NAMES: Readonly<Record<string, readonly string[]>> = {
  [CHINA]: [
    ...['china', 'cn', 'zhcn', 'prc', 'ctt', 'mainland china', 'china standard time', 'china time'],
    ...[
      'beijing time',
      'beijing standard time',
      'peking',
      'bj',
      'sh',
      '中国',
      '中国标准时间',
      '北京时间',
      '东八区',
    ],
    ...['beijing', 'guangzhou', 'canton', 'shenzhen', 'hangzhou', 'chengdu', 'chongqing', 'nanjing', 'wuhan'],
    ...[
      'xian',
      'tianjin',
      'suzhou',
      'qingdao',
      'dalian',
      'shenyang',
      'harbin',
      'changchun',
      'jinan',
      'zhengzhou',
    ],
    ...[
      'changsha',
      'hefei',
      'fuzhou',
      'xiamen',
      'nanchang',
      'nanning',
      'kunming',
      'guiyang',
      'lanzhou',
      'xining',
    ],
    ...[
      'yinchuan',
      'hohhot',
      'haikou',
      'lhasa',
      'lasa',
      'taiyuan',
      'shijiazhuang',
      'ningbo',
      'wuxi',
      'foshan',
    ],
    ...['dongguan', 'zhuhai', 'wenzhou', 'sanya', 'shanghai', 'kashi', 'chungking', 'huizhou', 'changzhou'],
    ...[
      '北京',
      '上海',
      '广州',
      '深圳',
      '杭州',
      '成都',
      '重庆',
      '南京',
      '武汉',
      '西安',
      '天津',
      '苏州',
      '青岛',
      '大连',
    ],
  ],
  'Asia/Hong_Kong': ['hkt', 'hk', 'hongkong', '香港', 'kowloon'],
  'Asia/Macau': ['macao', '澳门'],
  'Asia/Taipei': ['taiwan', 'taipei standard time', '台北', 'kaohsiung', 'hsinchu'],
  'Asia/Singapore': ['sgt', 'singapore standard time', '新加坡'],
  'Asia/Tokyo': ['jst', 'japan', 'tokyo standard time', 'osaka', 'kyoto', 'yokohama', '东京', '日本'],
  'Asia/Seoul': ['kst', 'korea', 'south korea', 'korea standard time', 'busan', 'pangyo', '首尔', '韩国'],
  'Asia/Kolkata': [
    ...['india', 'india standard time', 'mumbai', 'bombay', 'delhi', 'new delhi', 'bangalore', 'bengaluru'],
    ...['chennai', 'hyderabad', 'pune', 'gurgaon', 'gurugram', 'noida'],
  ],
  'Asia/Ho_Chi_Minh': ['vietnam', 'hanoi', 'saigon', 'hcmc', 'danang'],
  'Asia/Bangkok': ['thailand', 'ict', 'se asia standard time'],
  'Asia/Jakarta': ['indonesia', 'wib'],
  'Asia/Kuala_Lumpur': ['malaysia', 'myt', 'penang'],
  'Asia/Manila': ['philippines', 'pht', 'cebu', 'makati'],
  'Asia/Dubai': ['uae', 'abu dhabi', 'gst', 'arabian standard time'],
  'Australia/Sydney': ['aest', 'aedt', 'canberra', 'aus eastern standard time'],
  'Europe/London': ['uk', 'england', 'britain', 'gmt standard time', 'edinburgh', 'manchester'],
  'Europe/Berlin': [
    ...['germany', 'deutschland', 'munich', 'münchen', 'frankfurt', 'hamburg', 'cologne', 'stuttgart'],
    ...['w europe standard time', 'cest'],
  ],
  'Europe/Paris': ['france', 'romance standard time', 'lyon'],
  'Europe/Zurich': ['switzerland', 'geneva', 'basel'],
  'Europe/Amsterdam': ['netherlands', 'eindhoven', 'rotterdam'],
  'Europe/Moscow': ['russia', 'msk'],
  'America/New_York': [
    ...['edt', 'et', 'eastern', 'eastern time', 'eastern standard time', 'us eastern', 'nyc'],
    ...['boston', 'washington', 'washington dc', 'atlanta', 'miami', 'philadelphia', 'pittsburgh'],
  ],
  'America/Chicago': [
    'cdt',
    'central time',
    'central standard time',
    'us central',
    'houston',
    'dallas',
    'austin',
  ],
  'America/Denver': ['mdt', 'mountain time', 'mountain standard time', 'salt lake city'],
  'America/Los_Angeles': [
    ...['pst', 'pdt', 'pt', 'pacific', 'pacific time', 'pacific standard time', 'us pacific', 'la'],
    ...[
      'san francisco',
      'sf',
      'seattle',
      'silicon valley',
      'san jose',
      'palo alto',
      'mountain view',
      'san diego',
    ],
  ],
  UTC: ['z', 'zulu time', 'gmt0', 'utc0'],
};

/** Zone by what people type for it. */
export const KNOWN: ReadonlyMap<string, string> = new Map(
  Object.entries(NAMES).flatMap(([zone, names]) => names.map((name) => [plain(name), zone] as const)),
);
