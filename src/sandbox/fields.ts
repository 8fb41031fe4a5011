export const RESOURCE_NAMES = ['external_interview', 'external_background_check'] as const;
/** The two targets, named as in the answers' `data`. */
export type ResourceName = (typeof RESOURCE_NAMES)[number];

/** `kept` is a field of request bodies, `shown` one of answers; most are both. */
export type Side = 'kept' | 'shown';

export interface Field {
  /** Names from the object down; a list of objects is entered. */
  readonly path: readonly string[];
  readonly type: 'id' | 'ids' | 'number' | 'time' | 'text' | 'texts' | 'objects';
  readonly sides: readonly Side[];
  /** A value of the right type, for tenants that fill in all fields; undefined for ids and lists of objects. */
  readonly sample: unknown;
}

const field = (path: string, type: Field['type'], sample?: unknown, sides = 'kept shown'): Field => ({
  path: path.split('.'),
  type,
  sides: sides.split(' ') as Side[],
  sample,
});

const ASSESSMENT = 'interview_assessments';
const DIMENSION = `${ASSESSMENT}.assessment_dimension_list`;

/** The fields that the documents of create, update and batch_query list. */
export const FIELDS: Readonly<Record<ResourceName, readonly Field[]>> = {
  external_interview: [
    field('id', 'id', undefined, 'shown'),
    field('external_application_id', 'id'),
    field('participate_status', 'number', 1),
    field('begin_time', 'time', 1_700_000_000_000),
    field('end_time', 'time', 1_700_003_600_000),
    field(ASSESSMENT, 'objects'),
    field(`${ASSESSMENT}.id`, 'id', undefined, 'shown'),
    field(`${ASSESSMENT}.username`, 'text', '面试官'),
    field(`${ASSESSMENT}.conclusion`, 'number', 1),
    field(`${ASSESSMENT}.content`, 'text', '评价'),
    field(DIMENSION, 'objects'),
    field(`${DIMENSION}.score`, 'number', 1),
    field(`${DIMENSION}.option`, 'text', '选项'),
    field(`${DIMENSION}.options`, 'texts', ['选项']),
    field(`${DIMENSION}.content`, 'text', '描述'),
    field(`${DIMENSION}.assessment_type`, 'number', 1),
    field(`${DIMENSION}.title`, 'text', '标题'),
    field(`${DIMENSION}.description`, 'text', '说明'),
  ],
  external_background_check: [
    field('id', 'id', undefined, 'shown'),
    field('external_application_id', 'id'),
    field('date', 'time', 1_700_000_000_000),
    field('name', 'text', '背调'),
    field('result', 'text', '结果'),
    field('attachment_id_list', 'ids', undefined, 'kept'),
    field('attachment_list', 'objects', undefined, 'shown'),
    field('attachment_list.id', 'id', undefined, 'shown'),
    field('attachment_list.name', 'text', '附件', 'shown'),
    field('attachment_list.size', 'number', 1, 'shown'),
  ],
};

/**
 * Whether a name means this field: its last name, or as many before it as are needed to tell it from others.
 * `content` means each content, `interview_assessments.content` only the overall one.
 */
export function isNamed({ path }: Field, name: string): boolean {
  return `.${path.join('.')}`.endsWith(`.${name}`);
}

/**
 * The object with one field changed, in every element of the lists on the way to it; the given one stays as it is.
 * @param change gets undefined for an absent value, and gives undefined to leave it out
 */
export function changeField(
  object: object,
  [name = '', ...rest]: readonly string[],
  change: (value: unknown) => unknown,
): object {
  const { [name]: value, ...others } = object as Readonly<Record<string, unknown>>;
  if (rest.length > 0) {
    if (!Array.isArray(value)) return object;
    const changed = value.map((item) => (item instanceof Object ? changeField(item, rest, change) : item));
    return { ...object, [name]: changed };
  }
  const next = change(value);
  // Spread over the old one, a changed field keeps its place among the others.
  return next === undefined ? others : { ...object, [name]: next };
}
